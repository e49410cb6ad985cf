/** Starts trainers. A port: today processes on this machine, each detached by the command line itself. */
import path from "node:path";
import { ExpectedError } from "../../trainer/protocol/errors.ts";
import type { Log } from "../host/log.ts";
import type { Translate } from "../host/translate.ts";
import { printed, type Command } from "./commandLine.ts";
import { findNode, type NodeSearch } from "./findNode.ts";
import { readLaunch, type Launched } from "./launchReport.ts";
import { runTrainer } from "./trainerProcess.ts";

export interface Launcher {
  /** Starts a run of a schedule; settles once its trainer lives. Throws an ExpectedError, with problems at the schedule's lines where there are some. */
  train(scheduleFile: string, cwd: string): Promise<Launched>;
  /** Goes on with a run from its last checkpoint. */
  resume(directory: string, cwd: string, options: ResumeOptions): Promise<Launched>;
  /** What `raptr doctor` prints. */
  doctor(cwd: string): Promise<string>;
  /** The command that a person would type to train a schedule in a terminal. */
  trainCommand(scheduleFile: string, cwd: string): Promise<string>;
  resumeCommand(directory: string, cwd: string): Promise<string>;
}

export interface ResumeOptions {
  /** Go on although the losses will not be bit for bit those of an uninterrupted run. */
  readonly allowInexact: boolean;
}

const detached = ["--detach", "--json"];

export class LocalLauncher implements Launcher {
  readonly #trainer: string;
  readonly #log: Log;
  readonly #search: () => NodeSearch;
  readonly #t: Translate;

  /** `search` is asked at each launch, so that a changed setting counts at once. */
  constructor(extensionPath: string, log: Log, search: () => NodeSearch, t: Translate) {
    this.#trainer = path.join(extensionPath, "dist", "raptr.mjs");
    this.#log = log;
    this.#search = search;
    this.#t = t;
  }

  async train(scheduleFile: string, cwd: string): Promise<Launched> {
    return this.#launch(["train", scheduleFile, ...detached], cwd);
  }

  async resume(directory: string, cwd: string, { allowInexact }: ResumeOptions): Promise<Launched> {
    return this.#launch(["resume", directory, ...(allowInexact ? ["--allow-inexact"] : []), ...detached], cwd);
  }

  async doctor(cwd: string): Promise<string> {
    const { code, stdout, stderr } = await this.#run(["doctor"], cwd);
    if (stdout.trim() !== "") return stdout;
    const t = this.#t;
    const sentence = `${t("raptr doctor ended with {0}.", code ?? t("a signal"))} ${stderr.trim()}`;
    throw new ExpectedError("doctor-failed", sentence, t("See the log."), 3);
  }

  async trainCommand(scheduleFile: string, cwd: string): Promise<string> {
    return printed(await this.#command(["train", scheduleFile], cwd), process.platform);
  }

  async resumeCommand(directory: string, cwd: string): Promise<string> {
    return printed(await this.#command(["resume", directory], cwd), process.platform);
  }

  async #launch(args: readonly string[], cwd: string): Promise<Launched> {
    const launched = readLaunch(await this.#run(args, cwd), this.#t);
    this.#log.info(`Process ${launched.pid} trains in ${launched.run}`);
    return launched;
  }

  async #run(args: readonly string[], cwd: string): ReturnType<typeof runTrainer> {
    const command = await this.#command(args, cwd);
    this.#log.info(printed(command, process.platform));
    return runTrainer(command, (line) => this.#log.info(line), this.#t);
  }

  async #command(args: readonly string[], cwd: string): Promise<Command> {
    const node = await findNode(this.#search(), this.#t);
    this.#log.debug(`Node ${node.version} (${node.origin}): ${node.program}`);
    return { program: node.program, args: [this.#trainer, ...args], cwd, env: node.env };
  }
}
