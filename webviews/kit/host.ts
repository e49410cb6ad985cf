/**
 * The view's end of the wire: one `acquireVsCodeApi`, messages parsed before anyone sees them, requests that always
 * settle, and the little state that survives hiding the view.
 */
import { fields, natural, text } from "./check.ts";

interface VsCodeApi {
  postMessage(message: unknown): void;
  getState(): unknown;
  setState(state: unknown): void;
}
declare const acquireVsCodeApi: () => VsCodeApi;

/** Why a request was not carried out, for people. */
export interface Refusal {
  readonly sentence: string;
  readonly remedy: string;
}

type WithoutId<M> = M extends { readonly id: number } ? Omit<M, "id"> : never;

/** `Out`: the messages of this view to the extension; those with an `id` are requests. */
export interface Host<Out extends { readonly type: string }> {
  post(message: Exclude<Out, { readonly id: number }>): void;
  /** Sends `message` with a fresh `id`; resolves to null when it was carried out, else to why not. Never rejects. */
  request(message: WithoutId<Out>): Promise<Refusal | null>;
  getState(): unknown;
  /** Kept beside what the extension needs to find the view again (`data-restore` of the body). */
  setState(state: object): void;
}

/** Long, as a command may first ask the user something (how to stop, whether to go on all the same). */
const answerSeconds = 600;

/** `settled` answers are taken by their request; all else that `parse` understands goes to `receive`. */
export function connectHost<Out extends { readonly type: string }, In>(
  parse: (message: unknown) => In | null,
  receive: (message: In) => void,
): Host<Out> {
  const api = acquireVsCodeApi();
  // By this VS Code restores the panel after a reload; it must be there even if nobody touches the view.
  const { restore } = document.body.dataset;
  const keep = (state: object): void => api.setState({ ...state, restore });
  keep(fields(api.getState()) ?? {});
  const waiting = new Map<number, (refusal: Refusal | null) => void>();
  let lastId = 0;

  function settle(id: number, refusal: Refusal | null): void {
    const resolve = waiting.get(id);
    waiting.delete(id);
    resolve?.(refusal);
  }

  window.addEventListener("message", (event: MessageEvent<unknown>) => {
    const message = fields(event.data);
    if (message?.["type"] === "settled") {
      const id = natural(message["id"]);
      if (id !== null) settle(id, readRefusal(message["error"]));
      return;
    }
    const parsed = parse(event.data);
    if (parsed !== null) receive(parsed);
  });

  return {
    post: (message) => api.postMessage(message),
    request(message) {
      const id = ++lastId;
      return new Promise((resolve) => {
        const timer = setTimeout(() => {
          settle(id, { sentence: "VS Code did not answer.", remedy: "See the extension's log, then try again." });
        }, answerSeconds * 1000);
        waiting.set(id, (refusal) => {
          clearTimeout(timer);
          resolve(refusal);
        });
        api.postMessage({ ...message, id });
      });
    },
    getState: () => api.getState(),
    setState: keep,
  };
}

function readRefusal(value: unknown): Refusal | null {
  if (value === undefined || value === null) return null;
  const error = fields(value);
  return { sentence: text(error?.["sentence"]) ?? "The command failed.", remedy: text(error?.["remedy"]) ?? "" };
}
