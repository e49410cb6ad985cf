/** Elements by the DOM's own methods. Text only ever enters through `textContent`, so a hostile name stays a name. */

interface Options {
  readonly class?: string;
  readonly text?: string;
  readonly id?: string;
  readonly role?: string;
  readonly label?: string;
  readonly title?: string;
  readonly hidden?: boolean;
  /** Further attributes; none of them a style or a handler. */
  readonly attributes?: Readonly<Record<string, string>>;
}

export function el<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  options: Options = {},
  children: readonly (Node | string)[] = [],
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  if (options.class) element.className = options.class;
  if (options.id) element.id = options.id;
  if (options.role) element.setAttribute("role", options.role);
  if (options.label) element.setAttribute("aria-label", options.label);
  if (options.title) element.title = options.title;
  if (options.hidden) element.hidden = true;
  for (const [name, value] of Object.entries(options.attributes ?? {})) element.setAttribute(name, value);
  if (options.text !== undefined) element.textContent = options.text;
  element.append(...children);
  return element;
}

/** Sets the text only where it changed, so that a live view neither flickers nor makes a screen reader repeat itself. */
export function setText(element: Element, text: string): void {
  if (element.textContent !== text) element.textContent = text;
}
