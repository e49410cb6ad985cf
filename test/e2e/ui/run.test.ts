/** The main job in a real VS Code, from the installed package: launch, watch, reload, pause, resume, stop. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { eventually } from "../eventually.ts";
import { leasesIn } from "../workspace.ts";
import { painted, runView } from "./runView.ts";
import type { PictureName } from "./runView.ts";
import { startSession } from "./session.ts";
import type { Session } from "./session.ts";
import { choose, openContainer, openFile, reloadWindow, runCommand, statusBarItem, treeRow } from "./workbench.ts";

let session: Session;
beforeAll(async () => {
  session = await startSession();
});
afterAll(() => session?.close());

describe("a run in VS Code", () => {
  it("is launched from the palette and seen live in all three pictures", () =>
    session.inWorkspace("live", async ({ page }) => {
      await openContainer(page, "Pretraining Runs");
      await openFile(page, "long.raptr.json");
      await runCommand(page, "RAPTR: Launch Run");
      await choose(page, "long.raptr.json");
      const view = runView(page);
      await view.state.filter({ hasText: "running" }).waitFor();
      await treeRow(page, "long").first().waitFor();

      const names = Object.keys(view.pictures) as PictureName[];
      const look = async () =>
        new Map(await Promise.all(names.map(async (name) => [name, await painted(view.pictures[name])] as const)));
      await eventually("ink in every picture", async () => {
        const now = await look();
        return [...now.values()].every(({ share, colours }) => share > 0.005 && colours > 8) ? true : null;
      });
      const before = await look();
      const stepsBefore = await view.steps();
      await eventually("change in every picture", async () => {
        const now = await look();
        return names.every((name) => now.get(name)?.fingerprint !== before.get(name)?.fingerprint) ? true : null;
      });
      await eventually("more steps", async () => ((await view.steps()) > stepsBefore ? true : null));

      const said = await view.frame.locator("body").innerText();
      expect(said).toContain("long");
      expect(said).toMatch(/stage [123] of 3/);
      const labels = await view.frame
        .locator("[aria-label]")
        .evaluateAll((all) => all.map((one) => one.ariaLabel).join("\n"));
      expect(labels).toMatch(/Stage timeline: 3 stages, 3(\.0)? layers for 33/);
      expect(labels).toMatch(/Active-subnetwork heatmap: 6 layers ran in/);
      expect(labels).toMatch(/Loss plot: training loss from \d/);
    }));

  it("goes on while the window is reloaded, and is watched again after it", () =>
    session.inWorkspace("reload", async ({ page, folder }) => {
      await launchLong(page);
      const view = runView(page);
      await view.state.filter({ hasText: "running" }).waitFor();
      const before = await eventually("steps", async () => (await view.steps()) || null);
      const [held] = await leasesIn(folder);
      await reloadWindow(page);
      await openContainer(page, "Pretraining Runs");
      await treeRow(page, "long").first().waitFor();
      await view.state.filter({ hasText: "running" }).waitFor();
      await eventually("steps after the reload", async () => ((await view.steps()) > before ? true : null));
      const now = await leasesIn(folder);
      expect(now.map(({ pid, launch }) => ({ pid, launch }))).toEqual([{ pid: held?.pid, launch: 1 }]);
    }));

  it("pauses, resumes and stops on command", () =>
    session.inWorkspace("control", async ({ page, folder }) => {
      await launchLong(page);
      const view = runView(page);
      await view.state.filter({ hasText: "running" }).waitFor();

      await runCommand(page, "RAPTR: Pause");
      await view.state.filter({ hasText: "paused" }).waitFor();
      await statusBarItem(page, "paused").waitFor();
      const paused = await view.steps();

      await runCommand(page, "RAPTR: Resume");
      await view.state.filter({ hasText: "running" }).waitFor();
      await eventually("steps after the pause", async () => ((await view.steps()) > paused ? true : null));

      await runCommand(page, "RAPTR: Stop...");
      await choose(page, "Checkpoint and stop now");
      await view.state.filter({ hasText: "stopped" }).waitFor();
      expect((await leasesIn(folder)).map(({ state }) => state)).toEqual(["ended"]);
    }));
});

async function launchLong(page: Parameters<typeof openFile>[0]): Promise<void> {
  await openContainer(page, "Pretraining Runs");
  await openFile(page, "long.raptr.json");
  await runCommand(page, "RAPTR: Launch Run");
  await choose(page, "long.raptr.json");
}
