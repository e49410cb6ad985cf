/** Colours for canvases, read from VS Code's theme variables, and word when they change. */

export interface Theme {
  readonly kind: "dark" | "light" | "highContrast";
  readonly background: string;
  readonly foreground: string;
  readonly dim: string;
  readonly line: string;
  /** Raw training loss, stage bands, heatmap. */
  readonly training: string;
  /** The smoothed curve, which must stand out from the raw one under it. */
  readonly smoothed: string;
  readonly evaluation: string;
  readonly warning: string;
  readonly good: string;
  readonly bad: string;
  /** Strength of the grid and of stage bands, 0..1 over the background. */
  readonly grid: number;
  readonly band: number;
  /** CSS font shorthands for labels drawn on a canvas. */
  readonly label: string;
}

/** Called on each draw's behalf once per change, never per frame: reading computed styles forces layout. */
export function readTheme(): Theme {
  const style = getComputedStyle(document.body);
  const color = (fallback: string, ...names: readonly string[]): string => {
    for (const name of names) {
      const value = style.getPropertyValue(`--vscode-${name}`).trim();
      if (value !== "") return value;
    }
    return fallback;
  };
  const classes = document.body.classList;
  const light = classes.contains("vscode-light") || classes.contains("vscode-high-contrast-light");
  const contrast = classes.contains("vscode-high-contrast") || classes.contains("vscode-high-contrast-light");
  const background = color(light ? "#ffffff" : "#1f1f1f", "editor-background");
  const foreground = color(light ? "#3b3b3b" : "#cccccc", "foreground", "editor-foreground");
  const training = color(light ? "#0063d3" : "#59a4f9", "charts-blue");
  return {
    kind: contrast ? "highContrast" : light ? "light" : "dark",
    background,
    foreground,
    dim: contrast ? foreground : color(foreground, "descriptionForeground"),
    line: color(foreground, "contrastBorder", "panel-border", "widget-border"),
    training,
    smoothed: `color-mix(in srgb, ${training} 62%, ${foreground})`,
    // The themes' orange is translucent, made to lie over text; thin strokes and dots want all of it.
    evaluation: `color-mix(in srgb, rgb(from ${color("#d18616", "charts-orange")} r g b / 1) 80%, ${foreground})`,
    // Also the colour of words, which want more contrast than the theme's own gives on a light background.
    warning: `color-mix(in srgb, ${color("#cca700", "editorWarning-foreground", "charts-yellow")} 75%, ${foreground})`,
    good: color(light ? "#388a34" : "#89d185", "charts-green", "testing-iconPassed"),
    bad: color(light ? "#c72e0f" : "#f85149", "errorForeground", "charts-red"),
    grid: contrast ? 0.35 : light ? 0.09 : 0.08,
    band: contrast ? 0.12 : light ? 0.045 : 0.04,
    label: `11px ${color("system-ui, sans-serif", "font-family")}`,
  };
}

/** VS Code changes the body's class and the root's style. Pictures never move by themselves, so reduced motion is a matter of CSS alone. */
export function watchTheme(changed: () => void): void {
  const observer = new MutationObserver(changed);
  observer.observe(document.body, { attributes: true, attributeFilter: ["class", "data-vscode-theme-id"] });
  observer.observe(document.documentElement, { attributes: true, attributeFilter: ["style", "class"] });
}
