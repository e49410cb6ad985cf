/** The keys of the pictures; help.ts lists them for people. */

export interface KeyActions {
  /** Moves the cursor by this many pixels, at least as many steps. */
  move(distance: number): void;
  first(): void;
  last(): void;
  hide(): void;
  zoomIn(): void;
  zoomOut(): void;
  earlier(): void;
  later(): void;
  whole(): void;
  recorded(): void;
  nextAxis(): void;
  toggleLog(): void;
  toggleTable(): void;
}

const actions: Readonly<Record<string, (keys: KeyActions, far: number) => void>> = {
  ArrowLeft: (keys, far) => keys.move(-far),
  ArrowRight: (keys, far) => keys.move(far),
  Home: (keys) => keys.first(),
  End: (keys) => keys.last(),
  Escape: (keys) => keys.hide(),
  "+": (keys) => keys.zoomIn(),
  "=": (keys) => keys.zoomIn(),
  "-": (keys) => keys.zoomOut(),
  PageUp: (keys) => keys.earlier(),
  PageDown: (keys) => keys.later(),
  "0": (keys) => keys.whole(),
  f: (keys) => keys.recorded(),
  x: (keys) => keys.nextAxis(),
  l: (keys) => keys.toggleLog(),
  t: (keys) => keys.toggleTable(),
};

/** Carries out what the key means on a picture; false when it means nothing, or belongs to the browser or VS Code. */
export function pressed(event: KeyboardEvent, keys: KeyActions): boolean {
  if (event.ctrlKey || event.metaKey || event.altKey) return false;
  const action = Object.hasOwn(actions, event.key) ? actions[event.key] : undefined;
  action?.(keys, event.shiftKey ? 10 : 1);
  return action !== undefined;
}
