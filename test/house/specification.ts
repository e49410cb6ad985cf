/** Writes what of the run directory's specification is generated: `npm run specification`. */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import * as prettier from "prettier";
import { withColumnTables } from "../../trainer/formats/columnTables.ts";
import { schemaFiles, withFieldTables } from "../../trainer/protocol/specification.ts";

const protocol = new URL("../../trainer/protocol/", import.meta.url);

/** Path to text of every generated file, formatted as the repository is. */
export async function generatedFiles(): Promise<ReadonlyMap<string, string>> {
  const files = new Map<string, string>();
  const add = async (path: URL, text: string): Promise<void> => {
    const filepath = fileURLToPath(path);
    files.set(filepath, await prettier.format(text, { ...(await prettier.resolveConfig(filepath)), filepath }));
  };
  const readme = new URL("README.md", protocol);
  await add(readme, withColumnTables(withFieldTables(readFileSync(readme, "utf8"))));
  for (const [name, schema] of schemaFiles()) await add(new URL(`schema/${name}`, protocol), JSON.stringify(schema));
  return files;
}

if (import.meta.main) {
  mkdirSync(new URL("schema/", protocol), { recursive: true });
  for (const [path, text] of await generatedFiles()) writeFileSync(path, text);
}
