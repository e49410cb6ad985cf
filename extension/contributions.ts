/**
 * Every name that package.json and the code share: commands, views, settings, context keys. A test holds the two
 * sides against each other, so a name that one side forgets is a failing test and not a dead menu entry.
 */

export const extensionId = "raptr.raptr";

/** Glob and suffix of schedules. */
export const schedulePattern = "**/*.raptr.json";
export const scheduleSuffix = ".raptr.json";

export const commands = {
  launchRun: "raptr.launchRun",
  resumeRun: "raptr.resumeRun",
  pauseRun: "raptr.pauseRun",
  stopRun: "raptr.stopRun",
  checkpointNow: "raptr.checkpointNow",
  openRun: "raptr.openRun",
  openSchedule: "raptr.openSchedule",
  newSchedule: "raptr.newSchedule",
  doctor: "raptr.doctor",
  showLog: "raptr.showLog",
  copyLaunchCommand: "raptr.copyLaunchCommand",
  refresh: "raptr.refresh",
} as const;
export type CommandId = (typeof commands)[keyof typeof commands];

export const viewContainer = "raptr";
export const views = { runs: "raptr.runs", schedules: "raptr.schedules" } as const;

/** View types of webview panels; `onWebviewPanel:<type>` wakes the extension to restore one. */
export const panels = { run: "raptr.run" } as const;

/** Context keys that `when` clauses in package.json read. */
export const contextKeys = {
  hasRuns: "raptr.hasRuns",
  canPause: "raptr.canPause",
  canResume: "raptr.canResume",
  canStop: "raptr.canStop",
} as const;

/** What a run's tree item says can be done with it: words of its context value, matched in package.json. */
export const abilities = ["pause", "resume", "stop", "checkpoint"] as const;
export type Ability = (typeof abilities)[number];

/** Settings by their full names, with the type that a reader gets. */
export interface Settings {
  /** Path of a Node >= 22; empty = find one. Restricted: an untrusted workspace cannot set it. */
  readonly "raptr.nodePath": string;
  /** Further directories that hold runs, besides `runs` in each workspace folder. Restricted. */
  readonly "raptr.runRoots": readonly string[];
  readonly "raptr.usePolling": boolean;
}
export type SettingId = keyof Settings;

export const settingDefaults: Settings = { "raptr.nodePath": "", "raptr.runRoots": [], "raptr.usePolling": false };
/** Settings that become a path or a process: ignored from the workspace until it is trusted. */
export const restrictedSettings: readonly SettingId[] = ["raptr.nodePath", "raptr.runRoots"];
