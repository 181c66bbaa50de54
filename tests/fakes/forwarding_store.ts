import type { FileStore } from "../../lib/ports/file_store.ts";

/** A file store that hands every call on to `store`, but for those that a test takes over. */
export function forwardingStore(
  store: FileStore,
  own: Partial<FileStore>,
): FileStore {
  return {
    list: (path) => store.list(path),
    stat: (path) => store.stat(path),
    readHead: (path, max) => store.readHead(path, max),
    readTail: (path, max) => store.readTail(path, max),
    makeFolder: (path) => store.makeFolder(path),
    open: (path, options) => store.open(path, options),
    rename: (from, to) => store.rename(from, to),
    link: (from, to) => store.link(from, to),
    remove: (path) => store.remove(path),
    chown: (path, user, group) => store.chown(path, user, group),
    syncFolder: (path) => store.syncFolder(path),
    ...own,
  };
}
