using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [(name = "main", worker = .main), (name = "objects", disk = (path = "objects", writable = true))],
  sockets = [(name = "http", address = "127.0.0.1:0", http = (), service = "main")],
);
const main :Workerd.Worker = (
  compatibilityDate = "2026-10-20",
  modules = [(name = "worker.js", esModule = embed "worker.js")],
  bindings = [
    (name = "ONE_WRITE", durableObjectNamespace = "OneWriteRoom"),
    (name = "GROUPED", durableObjectNamespace = "GroupedRoom"),
  ],
  durableObjectStorage = (localDisk = "objects"),
  durableObjectNamespaces = [
    (className = "OneWriteRoom", uniqueKey = "one-write-room", enableSql = true),
    (className = "GroupedRoom", uniqueKey = "grouped-room", enableSql = true),
  ],
);
