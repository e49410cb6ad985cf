/** The run view's entry: connect, build, say ready. */
import "./run.css";
import { connectHost } from "../kit/host.ts";
import type { FromRunView } from "../messages/runView.ts";
import { parseIncoming, type Incoming } from "./incoming.ts";
import { createRunView } from "./runView.ts";

const host = connectHost<FromRunView, Incoming>(parseIncoming, (message) => view.receive(message));
const root = document.createElement("main");
(document.getElementById("root") ?? document.body).append(root);
const view = createRunView(root, host);
host.post({ type: "ready" });
