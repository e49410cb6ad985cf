/** The specification's tables of columns, from the columns that writers write. */
import { evaluationColumns, metricColumns, type ColumnSpec } from "./metricColumns.ts";

const tables: Readonly<Record<string, Readonly<Record<string, ColumnSpec>>>> = {
  metrics: metricColumns,
  evaluations: evaluationColumns,
};

/** `readme` with the text between `<!-- columns: NAME -->` and `<!-- end -->` written anew. */
export function withColumnTables(readme: string): string {
  return readme.replace(
    /(<!-- columns: (\w+) -->\n)[^]*?(<!-- end -->)/g,
    (_, start: string, name: string, end: string) => {
      const columns = Object.hasOwn(tables, name) ? tables[name] : undefined;
      if (!columns) throw new Error(`README.md wants the columns of "${name}", which there are not.`);
      const rows = Object.entries(columns).map(([column, { type, doc }]) => `| \`${column}\` | ${type} | ${doc} |`);
      return `${start}\n${["| column | type | meaning |", "| --- | --- | --- |", ...rows].join("\n")}\n\n${end}`;
    },
  );
}
