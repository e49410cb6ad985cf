/** Inlay hints: what each stage and the whole run come to, behind the values that say so. */
import * as vscode from "vscode";
import { count } from "../host/format.ts";
import type { Disposable } from "../host/disposables.ts";
import { planHints, stageHint, type HintText } from "./inlayText.ts";
import { rangeOf, readSchedule, scheduleSelector } from "./scheduleDocuments.ts";
import { stageSpots } from "./stageSpots.ts";

export function registerInlayHints(): Disposable {
  return vscode.languages.registerInlayHintsProvider(scheduleSelector, {
    provideInlayHints: (document, range) => hints(document).filter(({ position }) => range.contains(position)),
  });
}

/** None while the schedule has problems: a wrong figure is worse than no figure. */
function hints(document: vscode.TextDocument): vscode.InlayHint[] {
  const { parsed, plan } = readSchedule(document);
  if (!parsed.ok || !plan) return [];
  const t = vscode.l10n.t;
  const shown = planHints(parsed.value, plan, t).flatMap(({ path, ...text }) => {
    const span = parsed.locate(path);
    return span ? [hintBehind(document, rangeOf(document, span), text)] : [];
  });
  const byLine = new Map<number, { readonly range: vscode.Range; readonly stages: number[] }>();
  for (const { stage, span } of stageSpots(parsed, plan)) {
    const spot = byLine.get(span.offset) ?? { range: rangeOf(document, span), stages: [] };
    byLine.set(span.offset, spot);
    spot.stages.push(stage);
  }
  for (const { range, stages } of byLine.values()) {
    const texts = stages.flatMap((index) => (plan.stages[index] ? [stageHint(plan.stages[index], t)] : []));
    const [only] = texts;
    if (texts.length === 1 && only) shown.push(hintBehind(document, range, only));
    // Several stages in one text: the hint names their first steps.
    else {
      const firsts = stages.map((index) => count(plan.stages[index]?.firstStep ?? 0)).join(" · ");
      const tooltip = texts.map((each) => each.tooltip).join("\n");
      shown.push(hintBehind(document, range, { text: t("begin at {0}", firsts), tooltip }));
    }
  }
  return shown;
}

/** At the end of the line, where it does not push the text apart. */
function hintBehind(document: vscode.TextDocument, range: vscode.Range, { text, tooltip }: HintText): vscode.InlayHint {
  const hint = new vscode.InlayHint(document.lineAt(range.end).range.end, text);
  hint.tooltip = tooltip;
  hint.paddingLeft = true;
  return hint;
}
