/**
 * Buttons, radio groups and dropdowns: the only file that knows @vscode/webview-ui-toolkit, which is deprecated;
 * whoever replaces it replaces this file. What comes out are plain HTMLElements.
 */
import "./nonce.ts";
import {
  Dropdown,
  RadioGroup,
  provideVSCodeDesignSystem,
  vsCodeButton,
  vsCodeDropdown,
  vsCodeOption,
  vsCodeRadio,
  vsCodeRadioGroup,
} from "@vscode/webview-ui-toolkit";
import { el } from "./dom.ts";

provideVSCodeDesignSystem().register(
  vsCodeButton(),
  vsCodeDropdown(),
  vsCodeOption(),
  vsCodeRadio(),
  vsCodeRadioGroup(),
);

export interface Button {
  readonly element: HTMLElement;
  setEnabled(enabled: boolean): void;
  setLabel(label: string): void;
  setHidden(hidden: boolean): void;
}

export function createButton(
  label: string,
  appearance: "primary" | "secondary",
  press: () => void,
  title?: string,
): Button {
  const element = document.createElement("vscode-button");
  element.setAttribute("appearance", appearance);
  if (title) element.title = title;
  element.textContent = label;
  element.addEventListener("click", () => {
    if (!element.hasAttribute("disabled")) press();
  });
  return {
    element,
    setEnabled: (enabled) => element.toggleAttribute("disabled", !enabled),
    setLabel(text) {
      if (element.textContent !== text) element.textContent = text;
    },
    setHidden(hidden) {
      element.hidden = hidden;
    },
  };
}

export interface Choice<T extends string> {
  readonly value: T;
  readonly label: string;
}

export interface Picker<T extends string> {
  readonly element: HTMLElement;
  set(value: T): void;
}

/** One of a few, all visible: a radio group drawn as segments (run.css). */
export function createSegments<T extends string>(
  name: string,
  choices: readonly Choice<T>[],
  start: T,
  pick: (value: T) => void,
): Picker<T> {
  const group = document.createElement("vscode-radio-group");
  group.className = "segments";
  group.setAttribute("orientation", "horizontal");
  group.setAttribute("aria-label", name);
  for (const choice of choices) {
    const radio = document.createElement("vscode-radio");
    radio.setAttribute("value", choice.value);
    radio.textContent = choice.label;
    if (choice.value === start) radio.setAttribute("checked", "");
    group.append(radio);
  }
  return picker(group, choices, start, pick);
}

/** One of several, folded away. */
export function createDropdown<T extends string>(
  name: string,
  choices: readonly Choice<T>[],
  start: T,
  pick: (value: T) => void,
): Picker<T> {
  const dropdown = document.createElement("vscode-dropdown");
  dropdown.setAttribute("aria-label", name);
  for (const choice of choices) {
    const option = document.createElement("vscode-option");
    option.setAttribute("value", choice.value);
    if (choice.value === start) option.setAttribute("selected", "");
    option.textContent = choice.label;
    dropdown.append(option);
  }
  return picker(dropdown, choices, start, pick);
}

/** The toolkit also says "change" when the value was set from here, and once at the start. */
function picker<T extends string>(
  element: HTMLElement,
  choices: readonly Choice<T>[],
  start: T,
  pick: (value: T) => void,
): Picker<T> {
  let current = start;
  element.addEventListener("change", () => {
    const value = element instanceof RadioGroup || element instanceof Dropdown ? element.value : "";
    const choice = choices.find((candidate) => candidate.value === value);
    if (!choice || choice.value === current) return;
    current = choice.value;
    pick(choice.value);
  });
  return {
    element,
    set(value) {
      current = value;
      if (element instanceof RadioGroup || element instanceof Dropdown) element.value = value;
    },
  };
}

/** A small plain button inside a heading. */
export function createLink(label: string, press: () => void): HTMLButtonElement {
  const link = el("button", { class: "link", text: label, attributes: { type: "button" } });
  link.addEventListener("click", press);
  return link;
}
