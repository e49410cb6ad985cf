/** A workspace that nobody has trusted yet: everything can be read, nothing can be started. */
import { cp } from "node:fs/promises";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startSession } from "./session.ts";
import type { Session } from "./session.ts";
import { openContainer, openFile, treeRow } from "./workbench.ts";

const recorded = path.resolve(import.meta.dirname, "../../fixtures/runs");

let session: Session;
beforeAll(async () => {
  session = await startSession({ asksForTrust: true });
});
afterAll(() => session?.close());

describe("an untrusted workspace", () => {
  it("shows runs and schedules, and offers nothing that would start or control a process", () =>
    session.inWorkspace("untrusted", async ({ page, folder }) => {
      const sideBar = await openContainer(page, "Pretraining Runs");
      await sideBar.getByText("not trusted").waitFor();
      await cp(path.join(recorded, "completed"), path.join(folder, "runs", "completed"), { recursive: true });
      await treeRow(page, /recorded.*completed/).waitFor();

      const editor = await openFile(page, "tiny.raptr.json");
      // Once its hints are there the extension has read the schedule, and would have offered to launch it.
      await editor.getByText("tokens a step").waitFor();
      expect(await editor.locator(".codelens-decoration", { hasText: "Launch" }).count()).toBe(0);

      await page.keyboard.press("F1");
      const input = page.locator(".quick-input-widget input.input");
      await input.waitFor();
      await input.fill(">RAPTR: ");
      const rows = page.locator(".quick-input-list .monaco-list-row");
      await rows.filter({ hasText: "RAPTR: Open Run" }).first().waitFor();
      const offered = (await rows.allInnerTexts()).join("\n");
      expect(offered).not.toMatch(/Launch Run|Doctor|Resume|Pause|Stop\.\.\.|Checkpoint Now/);
    }));
});
