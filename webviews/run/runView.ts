/** The run view: puts the parts together, keeps state and viewport, draws once per animation frame. */
import { el, setText } from "../kit/dom.ts";
import type { Host } from "../kit/host.ts";
import { fillTable } from "../kit/table.ts";
import { readTheme, watchTheme } from "../kit/theme.ts";
import type { FromRunView } from "../messages/runView.ts";
import { createBar } from "./bar.ts";
import { createCursor } from "./cursor.ts";
import { createCoverage } from "./coverage.ts";
import { createDerive } from "./derived.ts";
import { createFigures } from "./figures.ts";
import { createFrame, type Frame } from "./frame.ts";
import { createHeader } from "./header.ts";
import { createHeatmap } from "./heatmap.ts";
import { createHelp } from "./help.ts";
import type { Incoming } from "./incoming.ts";
import { heatmapLegend, lossLegend, stagesLegend } from "./legends.ts";
import { createLossPlot } from "./lossPlot.ts";
import { createNavigation } from "./navigation.ts";
import { createPicture, type Picture } from "./picture.ts";
import { applied, hydrated, type RunState } from "./state.ts";
import { heatmapSummary, lossSummary, stagesSummary } from "./summaries.ts";
import { createTimeline } from "./timeline.ts";
import { transitionHead, transitionRows } from "./transitions.ts";
import { heatmapTwin, lossTwin, stagesTwin } from "./twins.ts";
import { parseViewport, type Twin, type Viewport } from "./viewport.ts";
import { workHead, workRows } from "./workTable.ts";

export interface RunView {
  receive(message: Incoming): void;
}

export function createRunView(root: HTMLElement, host: Host<FromRunView>): RunView {
  let state: RunState | null = null;
  let viewport = parseViewport(host.getState());
  let theme = readTheme();
  let frame: Frame | null = null;
  let scheduled = false;

  const reading = el("p", {
    class: "reading",
    role: "status",
    text: "Reading the run… One that still prepares its data appears here as soon as that is done.",
  });
  const header = createHeader(host);
  const figures = createFigures();
  const help = createHelp();
  const bar = createBar(viewport, change, help.open);
  const timeline = createTimeline();
  const loss = createLossPlot();
  const heatmap = createHeatmap();
  const coverage = createCoverage();
  const cursor = createCursor();
  const derive = createDerive();
  loss.element.append(cursor.tooltip);

  const gestures = createNavigation({
    frame: currentFrame,
    viewport: () => viewport,
    change,
    cursor,
    drawCursor,
    select: (from, to) => all.forEach((picture) => picture.setSelection(from, to)),
    toggleTwin,
  });
  const pictures: Readonly<Record<Twin, Picture>> = {
    stages: createPicture("Stages", stagesLegend(), timeline.element, gestures("stages"), () => toggleTwin("stages")),
    loss: createPicture("Loss", lossLegend(), loss.element, gestures("loss"), () => toggleTwin("loss"), [cursor.notes]),
    heatmap: createPicture(
      "Active subnetwork",
      heatmapLegend(),
      heatmap.element,
      gestures("heatmap"),
      () => toggleTwin("heatmap"),
      [coverage.element],
    ),
  };
  const all = Object.values(pictures);
  const charts = el(
    "div",
    { class: "pictures" },
    all.map((picture) => picture.element),
  );
  const transitions = el("table");
  const work = el("table");
  const content = el("div", { class: "content", hidden: true }, [
    header.element,
    header.notice,
    figures.element,
    bar.element,
    charts,
    el("div", { class: "foot" }, [
      el("section", { label: "Transitions" }, [
        el("div", { class: "heading" }, [
          el("h2", { text: "Transitions" }),
          el("small", { text: "mean of up to 20 steps on either side, of active subnetworks" }),
        ]),
        el("div", { class: "scroll" }, [transitions]),
      ]),
      el("section", { label: "Work" }, [
        el("div", { class: "heading" }, [el("h2", { text: "Work" })]),
        el("div", { class: "scroll" }, [work]),
      ]),
    ]),
  ]);
  root.append(reading, content, cursor.spoken, help.element);

  new ResizeObserver(schedule).observe(charts);
  watchTheme(() => {
    theme = readTheme();
    schedule();
  });
  watchPixelRatio(schedule);
  document.addEventListener("keydown", (event) => {
    if (event.key === "?") help.open();
  });

  function change(part: Partial<Viewport>): void {
    viewport = { ...viewport, ...part };
    host.setState(viewport);
    schedule();
  }

  function toggleTwin(twin: Twin): void {
    const shown = viewport.tables.includes(twin);
    change({ tables: shown ? viewport.tables.filter((other) => other !== twin) : [...viewport.tables, twin] });
  }

  function schedule(): void {
    if (scheduled) return;
    scheduled = true;
    requestAnimationFrame(() => {
      scheduled = false;
      draw();
    });
  }

  function layOut(shown: RunState): Frame {
    const width = Math.max(280, Math.floor(charts.clientWidth));
    return createFrame(shown, viewport, theme, width, derive(shown, viewport.smoothing));
  }

  /** Keys may come faster than drawings: each acts on what the one before it made. */
  function currentFrame(): Frame | null {
    if (scheduled && state) frame = layOut(state);
    return frame;
  }

  function draw(): void {
    if (!state) return;
    header.update(state);
    bar.update(viewport);
    frame = layOut(state);
    root.classList.toggle("narrow", frame.narrow);
    figures.update(frame);
    const shown = (twin: Twin): boolean => !viewport.tables.includes(twin);
    pictures.stages.setTwin(shown("stages") ? null : stagesTwin(frame));
    pictures.loss.setTwin(shown("loss") ? null : lossTwin(frame));
    pictures.heatmap.setTwin(shown("heatmap") ? null : heatmapTwin(frame));
    if (shown("stages")) timeline.draw(frame);
    if (shown("loss")) loss.draw(frame);
    if (shown("heatmap")) {
      heatmap.draw(frame);
      coverage.draw(frame);
    }
    pictures.stages.setSummary(stagesSummary(frame));
    pictures.loss.setSummary(lossSummary(frame));
    pictures.heatmap.setSummary(heatmapSummary(frame));
    fillTable(transitions, transitionHead, transitionRows(state, frame.fit));
    fillTable(work, workHead, workRows(frame));
    drawCursor();
  }

  function drawCursor(): void {
    if (!frame) return;
    const x = cursor.draw(frame);
    for (const picture of all) picture.setCursor(x);
  }

  return {
    receive(message) {
      switch (message.type) {
        case "hydrate":
          state = hydrated(message);
          break;
        case "delta":
          if (!state) return;
          state = applied(state, message);
          break;
        case "failed":
          state = null;
          setText(reading, `${message.sentence} ${message.remedy}`);
          reading.className = "reading bad";
          break;
        default:
          message satisfies never;
      }
      reading.hidden = state !== null;
      content.hidden = state === null;
      schedule();
    },
  };
}

/** Moving a window to another screen changes the ratio without a resize. */
function watchPixelRatio(changed: () => void): void {
  matchMedia(`(resolution: ${window.devicePixelRatio}dppx)`).addEventListener(
    "change",
    () => {
      changed();
      watchPixelRatio(changed);
    },
    { once: true },
  );
}
