// Starts the built `resync up` for one test run: own ports, own data folder, stopped and removed at the end.

import { spawn } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

const READY_WITHIN_MS = 120_000;

/** A running product: where it listens, and the user and password that it generated. */
export async function startMesh() {
  const binary = process.env.RESYNC_BINARY;
  if (!binary) throw new Error("RESYNC_BINARY must name the built resync binary");
  const folder = await mkdtemp(join(tmpdir(), "resync-browser-"));
  const [port, operations, control] = [await freePort(), await freePort(), await freePort()];
  const settings = [
    `operations.listen=127.0.0.1:${operations}`,
    `simulator.control_port=${control}`,
  ];
  const child = spawn(binary, ["up", "--data-dir", folder, "--listen", `127.0.0.1:${port}`, ...settings.flatMap((setting) => ["--set", setting])], {
    cwd: folder,
    stdio: ["ignore", "pipe", "pipe"],
    env: { PATH: process.env.PATH, HOME: folder },
  });
  let output = "";
  child.stdout.on("data", (data) => (output += data));
  child.stderr.on("data", (data) => (output += data));
  const ended = new Promise((resolve) => child.once("exit", resolve));
  const origin = `http://127.0.0.1:${port}`;
  const stop = async () => {
    child.kill("SIGTERM");
    const late = setTimeout(() => child.kill("SIGKILL"), 15_000);
    await ended;
    clearTimeout(late);
    await rm(folder, { recursive: true, force: true });
  };
  try {
    await eventually("the product to be ready", READY_WITHIN_MS, async () => {
      if (child.exitCode !== null) throw new Error(`resync ended with ${child.exitCode}:\n${output}`);
      return (await fetch(`${origin}/api/health/app`)).ok;
    });
    const password = (await readFile(join(folder, "admin.password"), "utf8")).trim();
    return { origin, user: "admin", password, simulator: new Simulator(`http://127.0.0.1:${control}`), stop };
  } catch (error) {
    await stop();
    throw new Error(`${error}\n${output}`);
  }
}

/** The simulated engine's other side: what is true in its plan, and switches to make it misbehave. */
class Simulator {
  #origin;

  constructor(origin) {
    this.#origin = origin;
  }

  /** Planted troubles that still stand, of these kinds, whose symptom is a job. */
  async incidents(...kinds) {
    const all = await (await fetch(`${this.#origin}/truth/incidents`)).json();
    return all.filter(({ kind, open, symptom }) => open && symptom.type === "job" && kinds.includes(kind));
  }

  /** Lets engine time pass at once. */
  step(seconds) {
    return this.#put("/clock", { step_seconds: seconds });
  }

  /** From now on no request is answered, or all are again. */
  silence(silent) {
    return this.#put("/faults", { rules: silent ? [{ fault: "drop" }] : [] });
  }

  async #put(path, body) {
    const response = await fetch(this.#origin + path, {
      method: "PUT",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
    });
    if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
  }
}

/** Polls until `condition` holds; what it throws counts as "not yet", unless the process has ended. */
export async function eventually(what, withinMs, condition) {
  const end = Date.now() + withinMs;
  let last;
  while (Date.now() < end) {
    try {
      const value = await condition();
      if (value) return value;
    } catch (error) {
      if (String(error).includes("resync ended")) throw error;
      last = error;
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`waited ${withinMs} ms for ${what}${last ? ` (${last})` : ""}`);
}

function freePort() {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once("error", reject);
    probe.listen(0, "127.0.0.1", () => {
      const { port } = probe.address();
      probe.close(() => resolve(port));
    });
  });
}
