/** Tables from rows of text, and a paged table for more rows than a page can hold. */
import { createLink } from "./controls.ts";
import { el, setText } from "./dom.ts";

export interface Cell {
  readonly text: string;
  readonly class?: string;
  readonly span?: number;
}
export type Row = readonly (string | Cell)[];

/** Replaces the body of `table` where it differs; keeps the rows that stand. */
export function fillTable(table: HTMLTableElement, head: readonly string[], rows: readonly Row[]): void {
  if (!table.tHead) {
    const line = table.createTHead().insertRow();
    for (const title of head) line.append(el("th", { text: title, attributes: { scope: "col" } }));
  }
  const body = table.tBodies[0] ?? table.createTBody();
  while (body.rows.length > rows.length) body.deleteRow(-1);
  rows.forEach((row, index) => {
    const line = body.rows[index] ?? body.insertRow();
    while (line.cells.length > row.length) line.deleteCell(-1);
    row.forEach((value, column) => {
      const cell = line.cells[column] ?? line.insertCell();
      const { text, class: name, span } = typeof value === "string" ? { text: value } : value;
      setText(cell, text);
      cell.className = name ?? "";
      cell.colSpan = span ?? 1;
    });
  });
}

export interface TableData {
  /** Words rather than figures: aligned to the left. */
  readonly words?: boolean;
  readonly head: readonly string[];
  readonly length: number;
  row(index: number): Row;
}

export interface PagedTable {
  readonly element: HTMLElement;
  show(data: TableData): void;
}

const pageRows = 100;

/** Shows a page at a time; starts at the end, where a live run is, and stays there until paged away. */
export function createPagedTable(name: string): PagedTable {
  let data: TableData = { head: [], length: 0, row: () => [] };
  /** First row shown; null = the last page, whatever comes. */
  let first: number | null = null;
  let head = "";
  const table = el("table", { label: name });
  const place = el("span", { role: "status" });
  const lastFirst = (): number => Math.max(0, data.length - pageRows);
  const move = (to: number): void => {
    first = to >= lastFirst() ? null : Math.max(0, to);
    draw();
  };
  const element = el("div", { class: "twin" }, [
    el("div", { class: "pages" }, [
      createLink("First", () => move(0)),
      createLink("Earlier", () => move((first ?? lastFirst()) - pageRows)),
      createLink("Later", () => move((first ?? lastFirst()) + pageRows)),
      createLink("Last", () => move(Infinity)),
      place,
    ]),
    table,
  ]);

  function draw(): void {
    if (head !== data.head.join("\n")) {
      table.replaceChildren();
      head = data.head.join("\n");
    }
    const from = first ?? lastFirst();
    const to = Math.min(data.length, from + pageRows);
    const rows: Row[] = [];
    for (let index = from; index < to; index++) rows.push(data.row(index));
    table.className = data.words ? "words" : "";
    fillTable(table, data.head, rows);
    setText(place, data.length === 0 ? "no rows" : `rows ${from + 1} to ${to} of ${data.length}`);
  }

  return {
    element,
    show(next) {
      data = next;
      if (first !== null && first > lastFirst()) first = null;
      draw();
    },
  };
}
