// Starts the built `resync up` for one test run: own ports, own data folder, stopped and removed at the end.

import { spawn } from "node:child_process";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

const READY_WITHIN_MS = 120_000;

/** A running product: where it listens, and the user and password that it generated. */
export async function startMesh() {
  const binary = process.env.RESYNC_BINARY;
  if (!binary) throw new Error("RESYNC_BINARY must name the built resync binary");
  const folder = await mkdtemp(join(tmpdir(), "resync-browser-"));
  const port = await freePort();
  const child = spawn(binary, ["up", "--data-dir", folder, "--set", `gateway.listen=127.0.0.1:${port}`], {
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
    await eventually(`the product to be ready; it printed:\n${output}`, READY_WITHIN_MS, async () => {
      if (child.exitCode !== null) throw new Error(`resync ended with ${child.exitCode}:\n${output}`);
      return (await fetch(`${origin}/api/health/app`)).ok;
    });
    return { origin, user: "admin", password: await generatedPassword(folder), output: () => output, stop };
  } catch (error) {
    await stop();
    throw error;
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

async function generatedPassword(folder) {
  const name = (await readdir(folder)).find((file) => file.includes("password"));
  if (!name) throw new Error("no generated password in the data folder");
  return (await readFile(join(folder, name), "utf8")).trim();
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
