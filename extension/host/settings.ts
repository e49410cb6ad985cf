/** Settings, read by their full names with the types that contributions.ts gives them. */
import * as vscode from "vscode";
import { settingDefaults, type SettingId, type Settings } from "../contributions.ts";

/**
 * A setting's value; its default when the user wrote something of another type.
 * VS Code itself leaves out what an untrusted workspace says about a restricted setting.
 */
export function setting<K extends SettingId>(id: K): Settings[K] {
  const fallback = settingDefaults[id];
  const value: unknown = vscode.workspace.getConfiguration().get(id);
  return matches(value, fallback) ? value : fallback;
}

function matches<T>(value: unknown, like: T): value is T {
  if (Array.isArray(like)) return Array.isArray(value) && value.every((each) => typeof each === "string");
  return typeof value === typeof like;
}
