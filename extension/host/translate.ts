/**
 * Texts for people, in files that do not know VS Code: they take `t`, which in the extension is `vscode.l10n.t` and in
 * tests is `untranslated`. Placeholders are `{0}`, `{1}`...
 */

export type Translate = (message: string, ...values: (string | number | boolean)[]) => string;

export const untranslated: Translate = (message, ...values) =>
  message.replace(/\{(\d+)\}/g, (whole, index: string) => String(values[Number(index)] ?? whole));
