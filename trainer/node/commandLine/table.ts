/** Columns of text for a terminal. */

export interface Column {
  readonly title: string;
  readonly align?: "left" | "right";
}

/** Rows under a header, two spaces apart; trailing spaces cut. */
export function textTable(columns: readonly Column[], rows: readonly (readonly string[])[]): string {
  const widths = columns.map((column, index) =>
    Math.max(column.title.length, ...rows.map((row) => (row[index] ?? "").length)),
  );
  const line = (cells: readonly string[]): string =>
    columns
      .map((column, index) => {
        const [cell, width] = [cells[index] ?? "", widths[index] ?? 0];
        return column.align === "right" ? cell.padStart(width) : cell.padEnd(width);
      })
      .join("  ")
      .trimEnd();
  return [line(columns.map((column) => column.title)), ...rows.map(line)].join("\n");
}
