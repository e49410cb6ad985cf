/** The list of keys. */
import { createButton } from "../kit/controls.ts";
import { el } from "../kit/dom.ts";

const keys: readonly (readonly [string, string])[] = [
  ["Wheel", "zoom, with Ctrl or once a picture was clicked; sideways pans"],
  ["Tab", "to the next button, choice or picture"],
  ["← →", "move the cursor on a picture; with Shift ten times as far"],
  ["Home End", "cursor to the first and the last recorded step"],
  ["+ −", "zoom in and out about the cursor"],
  ["Page Up, Page Down", "pan to earlier and later steps"],
  ["0", "show the whole run"],
  ["f", "show the steps done so far"],
  ["x", "next horizontal axis"],
  ["l", "loss axis linear or logarithmic"],
  ["t", "the picture as a table, and back"],
  ["Escape", "give up a drag, hide the cursor"],
  ["?", "this list"],
];

export interface Help {
  readonly element: HTMLDialogElement;
  open(): void;
}

export function createHelp(): Help {
  const list = el("dl", { class: "keys" });
  for (const [key, meaning] of keys) list.append(el("dt", { text: key }), el("dd", { text: meaning }));
  const dialog = el("dialog", { label: "Keys" }, [el("h2", { text: "Keys" }), list]);
  dialog.append(createButton("Close", "secondary", () => dialog.close()).element);
  return {
    element: dialog,
    open() {
      if (!dialog.open) dialog.showModal();
    },
  };
}
