import { createServer } from "node:net";

/** Makes sure that a server could listen there, or throws and says what to do. [SH2] */
export async function ensurePortIsFree(host: string, port: number): Promise<void> {
  const probe = createServer();
  await new Promise<void>((resolve, reject) => {
    probe.once("error", (error: NodeJS.ErrnoException) => reject(explain(error, host, port)));
    probe.listen({ host: host === "*" ? "::" : host, port }, resolve);
  });
  await new Promise((resolve) => probe.close(resolve));
}

function explain(error: NodeJS.ErrnoException, host: string, port: number): Error {
  switch (error.code) {
    case "EADDRINUSE":
      return new Error(`port ${port} on ${host} is in use by another program: stop it, or set PORT`);
    case "EACCES":
      return new Error(`this user may not listen on port ${port}: set PORT to 1024 or above`);
    case "EADDRNOTAVAIL":
    case "ENOTFOUND":
      return new Error(`${host} is no address of this machine: set HOST`);
    default:
      return error;
  }
}
