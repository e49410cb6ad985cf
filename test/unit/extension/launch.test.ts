import { expect, test } from "vitest";
import { printed } from "../../../extension/launch/commandLine.ts";
import { trainerEnvironment } from "../../../extension/launch/environment.ts";
import { untranslated } from "../../../extension/host/translate.ts";
import { findNode } from "../../../extension/launch/findNode.ts";
import { readLaunch } from "../../../extension/launch/launchReport.ts";
import { nodeCandidates, readProbe } from "../../../extension/launch/nodeSearch.ts";

const command = {
  program: "/opt/my node/bin/node",
  args: ["/ext/dist/raptr.mjs", "train", "it's.raptr.json"],
  cwd: "/project",
  env: { ELECTRON_RUN_AS_NODE: "1" },
};

test("the printed command can be pasted into a POSIX shell", () => {
  expect(printed(command, "linux")).toBe(
    `cd /project && ELECTRON_RUN_AS_NODE=1 '/opt/my node/bin/node' /ext/dist/raptr.mjs train 'it'\\''s.raptr.json'`,
  );
});

test("the printed command can be pasted into PowerShell", () => {
  expect(printed({ ...command, program: "C:\\Program Files\\nodejs\\node.exe" }, "win32")).toBe(
    `Set-Location '/project'; $env:ELECTRON_RUN_AS_NODE='1'; & 'C:\\Program Files\\nodejs\\node.exe' /ext/dist/raptr.mjs train 'it''s.raptr.json'`,
  );
});

test("a configured Node is the only candidate; else the PATH, then the host's own", () => {
  const host = { execPath: "/usr/share/code/code", electron: true };
  expect(nodeCandidates({ configured: "/n", ...host })).toEqual([{ origin: "setting", program: "/n", env: {} }]);
  expect(nodeCandidates({ configured: "", ...host })).toEqual([
    { origin: "path", program: "node", env: {} },
    { origin: "electron", program: "/usr/share/code/code", env: { ELECTRON_RUN_AS_NODE: "1" } },
  ]);
  expect(nodeCandidates({ configured: "", execPath: "/server/node", electron: false })[1]?.origin).toBe("host");
});

test("a probe's answer must be a Node of 22 or newer", () => {
  const candidate = { origin: "path", program: "node", env: {} } as const;
  expect(readProbe(candidate, "/usr/bin/node\n24.21.0\n")).toMatchObject({
    program: "/usr/bin/node",
    version: "24.21.0",
  });
  expect(readProbe(candidate, "/usr/bin/node\r\n20.20.0\r\n")).toBeNull();
  expect(readProbe(candidate, "hello")).toBeNull();
});

test("finds this process's Node, and says which setting is wrong", async () => {
  const host = { execPath: process.execPath, electron: false };
  expect((await findNode({ configured: process.execPath, ...host }, untranslated)).version).toBe(process.versions.node);
  await expect(findNode({ configured: "/nowhere/node", ...host }, untranslated)).rejects.toMatchObject({
    code: "no-node",
  });
});

test("the trainer inherits no variable that is meant for the extension host", () => {
  process.env["VSCODE_INSPECTOR_OPTIONS"] = "{}";
  process.env["RAPTR_TEST_KEPT"] = "1";
  const env = trainerEnvironment({ ELECTRON_RUN_AS_NODE: "1" });
  expect(env).toMatchObject({ RAPTR_TEST_KEPT: "1", ELECTRON_RUN_AS_NODE: "1" });
  expect(env).not.toHaveProperty("VSCODE_INSPECTOR_OPTIONS");
});

test("a launch's reply: the run, or the trainer's own sentence with its problems", () => {
  const ended = { code: 0, stderr: "" };
  expect(
    readLaunch({ ...ended, stdout: '{"outcome":"launched","run":"/project/runs/a","pid":12}\n' }, untranslated),
  ).toMatchObject({
    run: "/project/runs/a",
    pid: 12,
  });
  const problem = { severity: "error", code: "no-files", path: ["data", "files", 0], span: null };
  const failed = { outcome: "failed", code: "schedule-wrong", sentence: "It is wrong.", remedy: "Mend it.", file: "a" };
  const stdout = JSON.stringify({ ...failed, problems: [{ ...problem, sentence: "None.", remedy: "Some." }] });
  expect(() => readLaunch({ code: 2, stderr: "", stdout }, untranslated)).toThrow(
    expect.objectContaining({ code: "schedule-wrong", exitCode: 2, problems: [expect.objectContaining(problem)] }),
  );
});

test("a trainer that dies without a reply is reported with its last words", () => {
  expect(() => readLaunch({ code: 1, stdout: "", stderr: "a\nout of memory\n" }, untranslated)).toThrow(
    /ended with 1. out of memory/,
  );
});
