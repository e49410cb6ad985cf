/** Settings for a VS Code without greetings, chat, updates or anything that moves by itself. */
export const quietSettings: Readonly<Record<string, unknown>> = {
  "workbench.startupEditor": "none",
  "workbench.secondarySideBar.defaultVisibility": "hidden",
  "workbench.enableExperiments": false,
  "workbench.colorTheme": "Dark Modern",
  "workbench.reduceMotion": "on",
  // Else a view that opens late takes the focus and closes the palette.
  "workbench.quickOpen.closeOnFocusLost": false,
  "window.autoDetectColorScheme": false,
  "chat.disableAIFeatures": true,
  "chat.agentHost.enabled": false,
  "telemetry.telemetryLevel": "off",
  "update.mode": "none",
  "extensions.autoCheckUpdates": false,
  "extensions.autoUpdate": false,
  "extensions.ignoreRecommendations": true,
  // VS Code in a browser saves after a delay unless told otherwise.
  "files.autoSave": "off",
  "editor.cursorBlinking": "solid",
  "git.enabled": false,
  "json.schemaDownload.enable": false,
};

/** The built-in extensions that the tests need: JSON's language and its server, and the default themes. */
export const neededBuiltins = ["json", "json-language-features", "theme-defaults"] as const;
