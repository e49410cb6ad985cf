/** Schedules in the editor: which documents are schedules, and each version parsed once however many features ask. */
import * as vscode from "vscode";
import { resolvePlan } from "../../trainer/plan/resolvePlan.ts";
import { parseSchedule, type ParsedSchedule } from "../../trainer/plan/schedule.ts";
import type { Plan } from "../../trainer/plan/plan.ts";
import type { Span } from "../../trainer/protocol/errors.ts";
import { schedulePattern, scheduleSuffix } from "../contributions.ts";

export const scheduleSelector: vscode.DocumentSelector = { pattern: schedulePattern, scheme: "file" };

export const isSchedule = (document: vscode.TextDocument): boolean =>
  document.uri.scheme === "file" && document.uri.path.endsWith(scheduleSuffix);

interface Version {
  readonly version: number;
  readonly parsed: ParsedSchedule;
  /** Null when the schedule has problems. */
  readonly plan: Plan | null;
}

const known = new WeakMap<vscode.TextDocument, Version>();

export function readSchedule(document: vscode.TextDocument): Version {
  const before = known.get(document);
  if (before?.version === document.version) return before;
  const parsed = parseSchedule(document.getText());
  const now = { version: document.version, parsed, plan: parsed.ok ? resolvePlan(parsed.value) : null };
  known.set(document, now);
  return now;
}

export const rangeOf = (document: vscode.TextDocument, span: Span): vscode.Range =>
  new vscode.Range(document.positionAt(span.offset), document.positionAt(span.offset + span.length));

/** The schedule of the active editor. */
export function activeSchedule(): vscode.TextDocument | undefined {
  const document = vscode.window.activeTextEditor?.document;
  return document && isSchedule(document) ? document : undefined;
}
