/** A schedule's mistakes as a person sees them: one line in the Problems view, at the place where it is wrong. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startSession } from "./session.ts";
import type { Session } from "./session.ts";
import { openContainer, openFile, problems } from "./workbench.ts";

let session: Session;
beforeAll(async () => {
  session = await startSession();
});
afterAll(() => session?.close());

describe("a mistake in a schedule", () => {
  it("stands once in the Problems view, with its line and its remedy", () =>
    session.inWorkspace("problem", async ({ page }) => {
      await openContainer(page, "Pretraining Runs");
      const editor = await openFile(page, "broken.raptr.json");
      await editor.locator(".squiggly-error").first().waitFor();
      const rows = (await problems(page)).filter((row) => row.includes("objectiv"));
      expect(rows).toHaveLength(1);
      expect(rows[0]).toMatch(/objective.*\[Ln 5, Col 3\]/);
    }));
});
