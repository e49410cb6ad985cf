/**
 * Preloaded into a trainer (`node --import`): kills it by SIGKILL inside a chosen file operation, as a crash would. The
 * trainer itself knows nothing of it.
 *
 * RAPTR_TEST_KILL is JSON: `match` is a regular expression on the path written to, `operation` what is done to it,
 * `nth` which of the matching operations (from 1) is the last one, `moment` where in it the process dies. "half" writes
 * half of the bytes first. "full" and "fails" kill nothing: from there on such operations fail, as on a full disk
 * (ENOSPC) or on a disk that does not answer (EIO); "fails" at "read" is what comes of looking into a folder.
 */
import fs from "node:fs";
import { syncBuiltinESMExports } from "node:module";
import { isMainThread } from "node:worker_threads";

const wanted = process.env["RAPTR_TEST_KILL"];
if (wanted !== undefined && isMainThread) arm(JSON.parse(wanted));

function arm({ match, operation, nth, moment }) {
  const pattern = new RegExp(match);
  const paths = new Map();
  let count = 0;
  const isLast = (done, path) => {
    if (done !== operation || !pattern.test(String(path))) return false;
    count++;
    if (moment === "full" && count >= nth) throw Object.assign(new Error("no space left"), { code: "ENOSPC" });
    if (moment === "fails" && count >= nth) throw Object.assign(new Error("input/output error"), { code: "EIO" });
    return count === nth;
  };
  const die = () => process.kill(process.pid, "SIGKILL");

  const { openSync, closeSync, writeSync, renameSync, fsyncSync } = fs;
  fs.openSync = (path, ...rest) => {
    const descriptor = openSync(path, ...rest);
    paths.set(descriptor, path);
    return descriptor;
  };
  fs.closeSync = (descriptor) => {
    paths.delete(descriptor);
    closeSync(descriptor);
  };
  fs.writeSync = (descriptor, data, ...rest) => {
    if (!isLast("write", paths.get(descriptor))) return writeSync(descriptor, data, ...rest);
    const bytes = typeof data === "string" ? Buffer.from(data) : data;
    if (moment === "half") writeSync(descriptor, bytes.subarray(0, bytes.length >> 1));
    if (moment === "after") writeSync(descriptor, bytes);
    die();
  };
  fs.fsyncSync = (descriptor) => {
    if (isLast("flush", paths.get(descriptor))) die();
    fsyncSync(descriptor);
  };
  fs.renameSync = (from, to) => {
    if (!isLast("rename", to)) return renameSync(from, to);
    if (moment === "after") renameSync(from, to);
    die();
  };

  const { fdatasync } = fs;
  fs.fdatasync = (descriptor, done) => {
    try {
      if (isLast("flush", paths.get(descriptor))) die();
    } catch (error) {
      setImmediate(done, error);
      return;
    }
    fdatasync(descriptor, done);
  };

  const { open, readdir } = fs.promises;
  fs.promises.readdir = async (path, ...rest) => {
    if (isLast("read", path)) die();
    return readdir(path, ...rest);
  };
  fs.promises.open = async (path, ...rest) => {
    const handle = await open(path, ...rest);
    const [write, writeFile, sync] = [
      handle.write.bind(handle),
      handle.writeFile.bind(handle),
      handle.sync.bind(handle),
    ];
    handle.write = async (bytes, ...options) => {
      if (!isLast("write", path)) return write(bytes, ...options);
      if (moment === "half") await write(bytes.subarray(0, bytes.length >> 1));
      if (moment === "after") await write(bytes, ...options);
      die();
    };
    handle.writeFile = async (text) => {
      if (!isLast("write", path)) return writeFile(text);
      if (moment === "half") await writeFile(text.slice(0, text.length >> 1));
      if (moment === "after") await writeFile(text);
      die();
    };
    handle.sync = async () => {
      if (isLast("flush", path)) die();
      return sync();
    };
    return handle;
  };
  syncBuiltinESMExports();
}
