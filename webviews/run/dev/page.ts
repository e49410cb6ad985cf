/** The run view in a plain browser, on a synthetic recording (dev.html): a host that answers, a theme, a live tail. */
import type { FromRunView, ToRunView } from "../../messages/runView.ts";
import { createRecording } from "./recording.ts";
import { themes, type DevTheme } from "./themes.ts";

const query = new URLSearchParams(location.search);
const recording = createRecording({ spikes: { 8132: 0.9 }, restarts: [7310] });
let done = Number(query.get("step") ?? 12_480);

function setTheme(name: DevTheme): void {
  const root = document.documentElement;
  root.removeAttribute("style");
  for (const [key, value] of Object.entries(themes[name])) root.style.setProperty(`--vscode-${key}`, value);
  document.body.className = `vscode-${name}`;
}

const send = (message: ToRunView): void => window.postMessage(message, "*");

function answer(message: FromRunView): void {
  switch (message.type) {
    case "ready":
      send({
        type: "hydrate",
        manifest: recording.manifest,
        plan: recording.plan,
        status: done > 0 ? { state: "running", launch: 2, pid: 4242 } : { state: "preparing", launch: 1 },
        events: recording.events(-1, done),
        metrics: recording.metrics(0, done),
        evaluations: recording.evaluations(0, done),
      });
      break;
    case "command": {
      const error = { sentence: `This page cannot ${message.command}.`, remedy: "Open a run in VS Code." };
      setTimeout(() => send({ type: "settled", id: message.id, error }), 300);
      break;
    }
    default:
      message satisfies never;
  }
}

const api = {
  postMessage: (message: FromRunView) => answer(message),
  getState: (): unknown => JSON.parse(sessionStorage.getItem("view") ?? "null"),
  setState: (state: unknown) => sessionStorage.setItem("view", JSON.stringify(state)),
};
Object.assign(window, { acquireVsCodeApi: () => api });

const names: readonly DevTheme[] = ["dark", "light", "high-contrast"];
setTheme(names.find((name) => name === query.get("theme")) ?? "dark");

if (query.has("live")) {
  setInterval(() => {
    const to = Math.min(recording.plan.steps, done + Number(query.get("live") || 20));
    send({
      type: "delta",
      status: to < recording.plan.steps ? { state: "running", launch: 2, pid: 4242 } : { state: "completed" },
      events: recording.events(done, to),
      metrics: recording.metrics(done, to),
      evaluations: recording.evaluations(done, to),
    });
    done = to;
  }, 250);
}
