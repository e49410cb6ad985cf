/** The schedule of a live run: each stage's line says how far it is. */
import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import type { Locator } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { eventually } from "../eventually.ts";
import { startSession } from "./session.ts";
import type { Session } from "./session.ts";
import { openContainer, openFile, runCommand } from "./workbench.ts";

let session: Session;
beforeAll(async () => {
  session = await startSession();
});
afterAll(() => session?.close());

describe("the schedule of a live run", () => {
  it("says at each stage's line what it comes to, and how far it is", () =>
    session.inWorkspace("stages", async ({ page, folder }) => {
      const text = await readFile(path.join(folder, "long.raptr.json"), "utf8");
      const stages = `"stages": [
      { "layers": 3, "steps": 40 },
      { "layers": 4 },
      { "layers": 6 }
    ]`;
      const written = text.replace(/"stages": "[^"]*"/, stages);
      expect(written).not.toBe(text);
      await writeFile(path.join(folder, "staged.raptr.json"), written);

      await openContainer(page, "Pretraining Runs");
      const editor = await openFile(page, "staged.raptr.json");
      await editor.getByText("0 - 39 · keep 0.25").waitFor();
      await runCommand(page, "RAPTR: Launch Run");
      await page.locator(".quick-input-list .monaco-list-row", { hasText: "staged.raptr.json" }).first().click();

      const shown = await eventually("a stage that is done", async () => {
        const now = await behindLines(editor);
        return now.some((each) => each.includes("✓")) ? now : null;
      });
      expect(shown).toHaveLength(3);
      expect(shown[0]).toMatch(/✓ loss \d\.\d+ → \d\.\d+/);
      expect(shown[1]).toMatch(/▶ step \d+/);
      expect(shown[2]).toMatch(/waiting/);
    }));
});

/** What decorations write behind lines: generated content, which is in no element's text. Top to bottom. */
function behindLines(editor: Locator): Promise<string[]> {
  return editor.locator(".view-lines").evaluate((lines) =>
    [...lines.querySelectorAll("*")]
      .map((element) => ({
        top: element.getBoundingClientRect().top,
        text: getComputedStyle(element, "::after").content,
      }))
      .filter(({ text }) => /[✓▶]|waiting/.test(text))
      .sort((a, b) => a.top - b.top)
      .map(({ text }) => text),
  );
}
