/** The one output channel. Nothing leaves the machine: there is no telemetry. */
import * as vscode from "vscode";

export type Log = vscode.LogOutputChannel;

export const createLog = (): Log => vscode.window.createOutputChannel("RAPTR", { log: true });
