/** A webview's page: one script, one style sheet, and a policy that allows nothing else. */
import { randomBytes } from "node:crypto";
import * as vscode from "vscode";

export interface ViewFiles {
  /** Name of the bundle in dist/webviews, without its ending. */
  readonly bundle: string;
  readonly title: string;
  /** What the page keeps as its state, so that VS Code can restore the panel after a reload; read from `data-restore`. */
  readonly restore: string;
}

const viewsFolder = (extensionUri: vscode.Uri): vscode.Uri => vscode.Uri.joinPath(extensionUri, "dist", "webviews");

/** Local files only from dist/webviews; the page is rebuilt when it is shown again, so nothing is retained. */
export const webviewOptions = (extensionUri: vscode.Uri): vscode.WebviewOptions => ({
  enableScripts: true,
  localResourceRoots: [viewsFolder(extensionUri)],
  enableCommandUris: false,
  enableForms: false,
});

export function webviewPage(webview: vscode.Webview, extensionUri: vscode.Uri, files: ViewFiles): string {
  const address = (file: string): string =>
    webview.asWebviewUri(vscode.Uri.joinPath(viewsFolder(extensionUri), file)).toString();
  const nonce = randomBytes(16).toString("base64");
  const policy = [
    "default-src 'none'",
    `script-src 'nonce-${nonce}'`,
    // The nonce is for the one style element that @vscode/webview-ui-toolkit tries a selector with.
    `style-src ${webview.cspSource} 'nonce-${nonce}'`,
    `font-src ${webview.cspSource}`,
    `img-src ${webview.cspSource}`,
  ].join("; ");
  return `<!doctype html>
<html lang="${escaped(vscode.env.language)}">
  <head>
    <meta charset="utf-8" />
    <meta http-equiv="Content-Security-Policy" content="${policy}" />
    <meta name="viewport" content="width=device-width" />
    <title>${escaped(files.title)}</title>
    <link rel="stylesheet" href="${escaped(address(`${files.bundle}.css`))}" />
  </head>
  <body data-restore="${escaped(files.restore)}">
    <div id="root"></div>
    <script nonce="${nonce}" src="${escaped(address(`${files.bundle}.js`))}"></script>
  </body>
</html>`;
}

const entities: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };
const escaped = (text: string): string => text.replace(/[&<>"]/g, (character) => entities[character] ?? character);
