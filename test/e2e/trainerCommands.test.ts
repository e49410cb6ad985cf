/** The command line as people and scripts meet it: words, exit codes, JSON. */
import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { parseHeader } from "../../trainer/formats/safetensors.ts";
import { resolvePlan } from "../../trainer/plan/resolvePlan.ts";
import { parseSchedule } from "../../trainer/plan/schedule.ts";
import { packageVersion } from "../../trainer/node/commandLine/version.ts";
import { makeTrainerWorkspace, removeWorkspace, runRaptr, tinySteps, writeSchedule } from "../support/trainer.ts";

// Real processes on a machine that may be busy with other tests.
vi.setConfig({ testTimeout: 180_000, hookTimeout: 180_000 });

const root = path.resolve(import.meta.dirname, "../..");
let folder: string;
const raptr = (...args: string[]) => runRaptr(args, { cwd: folder });

beforeAll(() => {
  folder = makeTrainerWorkspace();
});
afterAll(() => removeWorkspace(folder));

describe("words", () => {
  test.each([
    [["trian"], "Did you mean `raptr train`?"],
    [["--verbose"], "Unknown option --verbose."],
    [["train", "x", "--thread", "2"], "Did you mean --threads?"],
    [["train", "x", "--threads", "0"], "whole number of at least 1"],
    [["train", "x", "--threads"], "--threads needs a value"],
    [["train", "x", "--detach=yes"], "takes no value"],
    [["train", "x", "--json"], "--json goes with --detach"],
    [["train"], "needs FILE"],
    [["plan", "a", "b"], '"b" is one argument too many'],
    [["train", "absent.raptr.json"], "absent.raptr.json cannot be read"],
    [["resume", "absent"], 'There is no run "absent"'],
    [["control", "absent", "halt"], '"halt" cannot be asked for'],
    [["export", "absent"], "needs --to"],
  ])("%j ends with 2 and a sentence", async (args, sentence) => {
    const { code, stderr, stdout } = await raptr(...args);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toContain(sentence);
  });

  test("help names every command and each command's options", async () => {
    const overview = await raptr("--help");
    expect(overview.code).toBe(0);
    for (const name of ["train", "resume", "plan", "doctor", "inspect", "export", "control"]) {
      expect(overview.stdout).toContain(name);
      const help = await raptr(name, "--help");
      expect(help, name).toMatchObject({ code: 0, stdout: expect.stringContaining(`raptr ${name}`) });
    }
    expect(await raptr()).toMatchObject({ code: 2, stdout: overview.stdout });
    expect(await raptr("--version")).toMatchObject({ code: 0, stdout: `${packageVersion()}\n` });
  });
});

describe("plan", () => {
  test("prints the plan, as JSON the very one that training follows", async () => {
    expect(await raptr("plan", "tiny.raptr.json")).toMatchObject({ code: 0, stdout: expect.stringContaining("stage") });
    const { code, stdout } = await raptr("plan", "tiny.raptr.json", "--json");
    const parsed = parseSchedule(readFileSync(path.join(folder, "tiny.raptr.json"), "utf8"));
    if (!parsed.ok) throw new Error("the tiny schedule is wrong");
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toEqual(JSON.parse(JSON.stringify(resolvePlan(parsed.value))));
  });

  test("says every problem at its line and column", async () => {
    writeFileSync(path.join(folder, "bad.raptr.json"), '{\n  "stepz": 10,\n  "seed": -1\n}\n');
    const { code, stdout, stderr } = await raptr("plan", "bad.raptr.json");
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toMatch(/^bad\.raptr\.json:2:3: .*stepz.*"steps"/m);
    expect(stderr).toMatch(/^bad\.raptr\.json:3:11: /m);
    for (const line of stderr.trimEnd().split("\n")) expect(line).toMatch(/^bad\.raptr\.json:\d+:\d+: .+\. .+\.$|\?$/);
    const json = await raptr("plan", "bad.raptr.json", "--json");
    expect(json.code).toBe(2);
    expect(JSON.parse(json.stdout)).toMatchObject({ outcome: "failed", file: "bad.raptr.json" });
  });
});

describe("refused before the start", () => {
  test("a model that the engine cannot hold, at the schedule's line", async () => {
    writeSchedule(folder, "large", {
      model: { kind: "bert", layers: 48, hidden: 4096, heads: 32 },
      strategy: { kind: "full" },
    });
    const { code, stderr } = await raptr("train", "large.raptr.json");
    expect(code).toBe(2);
    const text = readFileSync(path.join(folder, "large.raptr.json"), "utf8");
    const line = text.split("\n").findIndex((each) => each.includes('"model"')) + 1;
    expect(stderr).toMatch(new RegExp(`^large\\.raptr\\.json:${line}:\\d+: The model needs about \\d+ GiB`, "m"));
    expect(readdirSync(folder)).not.toContain("runs");
  });

  test("an engine that does not exist, with 3", async () => {
    expect(await raptr("train", "tiny.raptr.json", "--engine", "abacus")).toMatchObject({ code: 3 });
  });

  test("globs that match nothing, at their line, and no directory stays", async () => {
    writeSchedule(folder, "empty", { data: { files: ["text/*.txt", "nowhere/*.txt"], evaluationShare: 0.2 } });
    const run = path.join(folder, "empty");
    const { code, stderr } = await raptr("train", "empty.raptr.json", "--run-dir", run);
    expect(code).toBe(2);
    expect(stderr).toMatch(/^empty\.raptr\.json:\d+:\d+: .*nowhere/m);
    expect(existsSync(run)).toBe(false);
  });

  test("a directory with something in it, with 5", async () => {
    expect(await raptr("train", "tiny.raptr.json", "--run-dir", "text")).toMatchObject({ code: 5 });
  });

  test.each(["tiny.raptr.json", "tiny.raptr.json/run"])(
    "a run directory %s that cannot be one is said so",
    async (run) => {
      const { code, stderr } = await raptr("train", "tiny.raptr.json", "--run-dir", run);
      expect({ code, stderr }).toEqual({
        code: 2,
        stderr: expect.stringMatching(/tiny\.raptr\.json.* cannot be used: /),
      });
      expect(readdirSync(path.join(folder, "text"))).not.toContain("launches");
    },
  );
});

test("doctor finds the embedded engine, a writable run root and the machine", async () => {
  const { code, stdout } = await raptr("doctor", "--json");
  expect(code).toBe(0);
  const report = JSON.parse(stdout);
  expect(report).toMatchObject({
    node: process.versions.node,
    platform: `${process.platform}-${process.arch}`,
    runRoot: { path: path.join(folder, "runs"), writable: true, reason: null },
    engines: [{ name: "cpu", state: "ready" }],
  });
  expect(report.threads).toBeGreaterThanOrEqual(1);
  expect(await raptr("doctor")).toMatchObject({ code: 0, stdout: expect.stringContaining("cpu: ready") });
});

describe("a whole run", () => {
  let trained: Awaited<ReturnType<typeof raptr>>;
  let id: string;
  beforeAll(async () => {
    trained = await raptr("train", "tiny.raptr.json");
    id = readdirSync(path.join(folder, "runs")).find((name) => name.includes("tiny")) ?? "";
  });

  test("lands in runs/ under a sortable id and ends with its tables", () => {
    expect(trained.code, trained.stderr).toBe(0);
    expect(id).toMatch(/^\d{8}T\d{6}Z-tiny-[0-9a-f]{4}$/);
    for (const part of ["stage 1", "stage 3", "realised, step time", "unigram entropy", "3 sigma"])
      expect(trained.stdout).toContain(part);
  });

  test("its log holds what was said", () => {
    const log = readFileSync(path.join(folder, "runs", id, "logs/0001.txt"), "utf8");
    for (const line of trained.stdout.trim().split("\n")) expect(log).toContain(line);
  });

  test("inspect tells status, stages and checkpoints, by id and by its beginning", async () => {
    const { stdout } = await raptr("inspect", id, "--json");
    const found = JSON.parse(stdout);
    expect(found).toMatchObject({ id, status: { state: "completed" }, summary: { stages: [{}, {}, {}] } });
    expect(found.summary.stages.map((stage: { steps: number }) => stage.steps)).toEqual([40, 40, 40]);
    expect(found.summary.lastEvaluation).toMatchObject({ step: tinySteps });
    expect(found.checkpoints[0]).toMatchObject({ step: tinySteps, condition: "verified" });
    expect((await raptr("inspect", id.slice(0, -5))).stdout).toContain("Completed.");
  });

  test("export writes a post-norm model as BertForMaskedLM", async () => {
    expect(await raptr("export", id, "--to", "exported")).toMatchObject({ code: 0 });
    const config = JSON.parse(readFileSync(path.join(folder, "exported/config.json"), "utf8"));
    expect(config).toMatchObject({ architectures: ["BertForMaskedLM"], num_hidden_layers: 4, hidden_size: 16 });
    const model = readFileSync(path.join(folder, "exported/model.safetensors"));
    const header = parseHeader(model, model.length);
    if (!header.ok) throw new Error("the exported model has no header");
    expect(header.value.tensors.map(({ name }) => name)).toContain("bert.encoder.layer.3.output.dense.weight");
    const absent = await raptr("export", id, "--to", "exported", "--checkpoint", "step-00000007");
    expect(absent).toMatchObject({ code: 2, stderr: expect.stringContaining("step-00000120") });
  });

  test("export of a pre-norm model says that there is no class for it", async () => {
    writeSchedule(folder, "pre", {
      name: "Norm first",
      ...{ model: { kind: "bert", layers: 4, hidden: 16, heads: 2, normPosition: "pre" }, steps: 20 },
    });
    expect(await raptr("train", "pre.raptr.json", "--run-dir", "pre")).toMatchObject({ code: 0 });
    expect((await raptr("inspect", "pre")).stdout).toMatch(/^Norm first {2}/);
    const { code, stderr } = await raptr("export", "pre", "--to", "exported-pre");
    expect({ code, stderr }).toMatchObject({ code: 0, stderr: expect.stringContaining("pre-norm") });
    expect(readdirSync(path.join(folder, "exported-pre"))).toEqual(["model.safetensors"]);
  });
});

test("npx finds raptr in the clone", () => {
  const options = { cwd: root, encoding: "utf8", shell: process.platform === "win32" } as const;
  const { status, stdout } = spawnSync("npx", ["--no-install", "raptr", "--version"], options);
  expect({ status, stdout }).toEqual({ status: 0, stdout: `${packageVersion()}\n` });
});
