/** package.json and contributions.ts name the same things, every text is in package.nls.json, and icons are there. */
import { existsSync, globSync, readFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import {
  abilities,
  commands,
  contextKeys,
  extensionId,
  panels,
  restrictedSettings,
  schedulePattern,
  scheduleSuffix,
  settingDefaults,
  viewContainer,
  views,
} from "../../extension/contributions.ts";
import { contextValue } from "../../extension/features/runsTree.ts";

const root = path.resolve(import.meta.dirname, "../..");
const text = (file: string): string => readFileSync(path.join(root, file), "utf8");
const sorted = (names: Iterable<string>): string[] => [...names].sort();

interface MenuEntry {
  readonly command: string;
  readonly when?: string;
}
interface Manifest {
  readonly name: string;
  readonly publisher: string;
  readonly icon: string;
  readonly l10n: string;
  readonly extensionKind: readonly string[];
  readonly activationEvents: readonly string[];
  readonly capabilities: {
    readonly untrustedWorkspaces: { readonly supported: string; readonly restrictedConfigurations: readonly string[] };
    readonly virtualWorkspaces: { readonly supported: boolean };
  };
  readonly contributes: {
    readonly commands: readonly {
      readonly command: string;
      readonly title: string;
      readonly category: string;
      readonly enablement?: string;
    }[];
    readonly views: Readonly<Record<string, readonly { readonly id: string }[]>>;
    readonly viewsContainers: { readonly activitybar: readonly { readonly id: string; readonly icon: string }[] };
    readonly viewsWelcome: readonly { readonly view: string }[];
    readonly menus: Readonly<Record<string, readonly MenuEntry[]>>;
    readonly configuration: { readonly properties: Readonly<Record<string, { default: unknown; scope: string }>> };
    readonly languages: readonly { readonly filenamePatterns: readonly string[] }[];
  };
}
const manifest = JSON.parse(text("package.json")) as Manifest;
const { contributes } = manifest;
const menus = Object.values(contributes.menus).flat();

test("the code calls the extension by its name", () => {
  expect(extensionId).toBe(`${manifest.publisher}.${manifest.name}`);
});

test("commands: each declared, each registered, each titled under RAPTR", () => {
  expect(sorted(contributes.commands.map(({ command }) => command))).toEqual(sorted(Object.values(commands)));
  for (const { title, category } of contributes.commands) expect(`${category} ${title}`).toMatch(/^RAPTR %command\./);
  const sources = globSync("extension/features/*.ts", { cwd: root }).map(text).join("\n");
  const registered = [...sources.matchAll(/registerCommand\(commands\.(\w+)/g)].map(([, name]) => name ?? "");
  expect(sorted(registered)).toEqual(sorted(Object.keys(commands)));
});

test("whatever starts or controls a process needs trust, in package.json and in the code", () => {
  const trusted = contributes.commands.filter(({ enablement }) => enablement === "isWorkspaceTrusted");
  expect(sorted(trusted.map(({ command }) => command))).toEqual(
    sorted([
      commands.launchRun,
      commands.resumeRun,
      commands.pauseRun,
      commands.stopRun,
      commands.checkpointNow,
      commands.doctor,
      commands.copyLaunchCommand,
    ]),
  );
  for (const file of ["launchRun", "resumeRun", "stopRun", "doctor", "control", "copyLaunchCommand"])
    expect(text(`extension/features/${file}.ts`), file).toContain("requireTrust()");
});

test("menus name commands and abilities that exist", () => {
  const known: readonly string[] = Object.values(commands);
  for (const { command } of menus) expect(known).toContain(command);
  const asked = menus.flatMap(({ when }) => [...(when ?? "").matchAll(/\\b(pause|resume|stop|checkpoint|\w+)\\b\//g)]);
  for (const [, ability] of asked) expect(contextValue(abilities).split(" ")).toContain(ability);
  expect(new Set(asked.map(([, ability]) => ability)).size).toBeGreaterThanOrEqual(abilities.length);
});

test("views and their container", () => {
  expect(Object.keys(contributes.views)).toEqual([viewContainer]);
  expect(contributes.viewsContainers.activitybar.map(({ id }) => id)).toEqual([viewContainer]);
  expect(sorted((contributes.views[viewContainer] ?? []).map(({ id }) => id))).toEqual(sorted(Object.values(views)));
  for (const id of Object.values(views)) expect(contributes.viewsWelcome.map(({ view }) => view)).toContain(id);
});

test("settings: names, defaults, and which of them an untrusted workspace cannot set", () => {
  const { properties } = contributes.configuration;
  const defaults = Object.fromEntries(Object.entries(properties).map(([name, value]) => [name, value.default]));
  expect(defaults).toEqual(settingDefaults);
  const { untrustedWorkspaces, virtualWorkspaces } = manifest.capabilities;
  expect(untrustedWorkspaces.supported).toBe("limited");
  expect(sorted(untrustedWorkspaces.restrictedConfigurations)).toEqual(sorted(restrictedSettings));
  expect(virtualWorkspaces.supported).toBe(false);
});

test("when clauses read only context keys that the code sets", () => {
  const clauses = [...menus, ...contributes.viewsWelcome].map((entry) => ("when" in entry ? String(entry.when) : ""));
  const own = clauses.flatMap((when) => when.match(/(?<!view == )\braptr\.\w+/g) ?? []);
  expect(sorted(new Set(own))).toEqual(sorted(Object.values(contextKeys)));
});

test("the extension wakes by use only, beside the workspace", () => {
  expect(manifest.activationEvents).toEqual([
    `workspaceContains:${schedulePattern}`,
    ...Object.values(panels).map((panel) => `onWebviewPanel:${panel}`),
  ]);
  expect(manifest.extensionKind).toEqual(["workspace"]);
  expect(contributes.languages[0]?.filenamePatterns).toEqual([`*${scheduleSuffix}`]);
});

test("every text of package.json is in package.nls.json, and none is left over", () => {
  const used = [...text("package.json").matchAll(/"%([\w.]+)%"/g)].map(([, key]) => key ?? "");
  expect(sorted(new Set(used))).toEqual(sorted(Object.keys(JSON.parse(text("package.nls.json")) as object)));
});

test("icons are there", () => {
  for (const icon of [manifest.icon, ...contributes.viewsContainers.activitybar.map(({ icon }) => icon)])
    expect(existsSync(path.join(root, icon)), icon).toBe(true);
});

test("the bundle for translators has every text of the extension, and none that is gone", () => {
  const sources = globSync("extension/**/*.ts", { cwd: root }).map(text).join("\n");
  const calls = sources.matchAll(/\bt\(\s*("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')/g);
  const used = [...calls].map(([, literal]) => unquoted(literal ?? ""));
  const bundle = JSON.parse(text(`${manifest.l10n}/bundle.l10n.json`)) as Record<string, string>;
  expect(sorted(Object.keys(bundle))).toEqual(sorted(new Set(used)));
  for (const [key, value] of Object.entries(bundle)) expect(value).toBe(key);
});

const unquoted = (literal: string): string =>
  literal.slice(1, -1).replace(/\\(.)/g, (_, character: string) => (character === "n" ? "\n" : character));
