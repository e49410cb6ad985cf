/** Reads a command's arguments by its declaration; whatever does not fit is a usage failure with the nearest name. */
import { parseArgs } from "node:util";
import { nearestName } from "../../protocol/suggest.ts";
import type { Command, CommandOption, GivenOptions } from "./command.ts";
import { usage } from "./failures.ts";

export function readOptions(command: Command, args: readonly string[]): GivenOptions {
  const declared = new Map(command.options.map((option) => [option.name, option]));
  const options = Object.fromEntries(
    command.options.map(({ name, value }) => [name, { type: value === null ? "boolean" : "string" } as const]),
  );
  const { tokens } = parseArgs({ args: [...args], options, strict: false, allowPositionals: true, tokens: true });
  const operands: string[] = [];
  const values = new Map<string, string>();
  for (const token of tokens) {
    if (token.kind === "positional") operands.push(token.value);
    if (token.kind !== "option") continue;
    const option = declared.get(token.name);
    if (option === undefined) throw unknownOption(command, token.rawName, token.name);
    values.set(token.name, checkedValue(command, option, token.value));
  }
  if (operands.length !== command.operands.length) throw wrongOperands(command, operands);

  const text = (name: string) => (declared.has(name) ? values.get(name) : undeclared(command, name));
  return {
    operands,
    flag: (name) => text(name) !== undefined,
    text,
    count: (name) => {
      const written = text(name);
      return written === undefined ? undefined : Number(written);
    },
  };
}

export function commandHelp(command: Command): string {
  const left = ({ name, value }: CommandOption) => `--${name}${value === null ? "" : ` ${value}`}`;
  const width = Math.max(0, ...command.options.map((option) => left(option).length));
  return [
    `raptr ${signature(command)}`,
    "",
    command.summary,
    ...(command.details ?? []),
    ...(command.options.length > 0 ? [""] : []),
    ...command.options.map((option) => `  ${left(option).padEnd(width)}  ${option.doc}`),
  ].join("\n");
}

const signature = (command: Command): string =>
  [command.name, ...command.operands, ...(command.options.length > 0 ? ["[options]"] : [])].join(" ");

const usageLine = (command: Command): string => `Usage: raptr ${signature(command)}; \`--help\` lists the options.`;

function checkedValue(command: Command, option: CommandOption, value: string | undefined): string {
  if (option.value === null && value !== undefined)
    throw usage(`--${option.name} takes no value, but was given "${value}".`, usageLine(command));
  if (option.value !== null && (value === undefined || value === ""))
    throw usage(`--${option.name} needs a value.`, `Write --${option.name} ${option.value}.`);
  if (option.count && !/^[1-9]\d{0,14}$/.test(value ?? ""))
    throw usage(`--${option.name} must be a whole number of at least 1, but is "${value}".`, usageLine(command));
  return value ?? "";
}

function unknownOption(command: Command, written: string, name: string) {
  const meant = nearestName(
    name,
    command.options.map((option) => option.name),
  );
  return usage(
    `Unknown option ${written} of \`raptr ${command.name}\`.`,
    meant === null ? usageLine(command) : `Did you mean --${meant}?`,
  );
}

function wrongOperands(command: Command, operands: readonly string[]) {
  const missing = command.operands[operands.length];
  const sentence =
    missing === undefined
      ? `"${operands[command.operands.length]}" is one argument too many.`
      : `\`raptr ${command.name}\` needs ${missing}.`;
  return usage(sentence, usageLine(command));
}

function undeclared(command: Command, name: string): never {
  throw new Error(`internal: \`raptr ${command.name}\` does not declare --${name}.`);
}
