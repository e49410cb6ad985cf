// Stands in for the native @vscode/native-watchdog: ends the extension host when its server is gone.
exports.start = (pid) => {
  const watch = setInterval(() => {
    try {
      process.kill(pid, 0);
    } catch {
      process.exit(87);
    }
  }, 1000);
  watch.unref();
};
exports.exit = (code) => process.exit(code ?? 0);
