// What went wrong, as a person is told it: the same code and hint whether it came over gRPC or over HTTP.

import { BinaryReader } from "@bufbuild/protobuf/wire";
import { Code, ConnectError } from "@connectrpc/connect";

/** An error with a stable code and, when there is one, what to do about it. */
export class Fault extends Error {
  constructor(
    readonly code: string,
    message: string,
    readonly hint: string = "",
    readonly unauthenticated: boolean = false,
  ) {
    super(message);
  }
}

/** Any thrown value as a fault. */
export function faultOf(thrown: unknown): Fault {
  if (thrown instanceof Fault) return thrown;
  const error = ConnectError.from(thrown);
  // An interceptor's own fault comes wrapped.
  if (error.cause instanceof Fault) return error.cause;
  const info = errorInfo(error);
  const code = info?.reason || Code[error.code]?.replace(/(?<=[a-z])[A-Z]/g, "_$&").toUpperCase() || "UNKNOWN";
  return new Fault(code, error.rawMessage, info?.metadata.get("hint") ?? "", error.code === Code.Unauthenticated);
}

/** Whether the caller itself gave up. */
export function isAbort(thrown: unknown): boolean {
  return ConnectError.from(thrown).code === Code.Canceled;
}

/** The fault in the body of a failed HTTP answer: a problem document, or an OAuth2 error. */
export async function faultOfResponse(response: Response): Promise<Fault> {
  const body: unknown = await response.json().catch(() => undefined);
  const field = (...names: string[]): string => {
    for (const name of names) {
      const value = (body as Record<string, unknown> | undefined)?.[name];
      if (typeof value === "string" && value) return value;
    }
    return "";
  };
  const code = field("code", "error") || `HTTP_${response.status}`;
  return new Fault(
    code,
    field("detail", "error_description", "title") || response.statusText || `HTTP ${response.status}`,
    field("hint"),
    response.status === 401 || code === "invalid_grant",
  );
}

interface ErrorInfo {
  reason: string;
  metadata: Map<string, string>;
}

/** Reads google.rpc.ErrorInfo: `reason` = 1, `metadata` = 3 (a map of strings). */
function errorInfo(error: ConnectError): ErrorInfo | undefined {
  for (const detail of error.details) {
    if (!("type" in detail) || detail.type !== "google.rpc.ErrorInfo" || !(detail.value instanceof Uint8Array)) continue;
    const info: ErrorInfo = { reason: "", metadata: new Map() };
    const reader = new BinaryReader(detail.value);
    while (reader.pos < reader.len) {
      const [field, wire] = reader.tag();
      if (field === 1) info.reason = reader.string();
      else if (field === 3) info.metadata.set(...mapEntry(reader.bytes()));
      else reader.skip(wire);
    }
    return info;
  }
  return undefined;
}

function mapEntry(bytes: Uint8Array): [string, string] {
  const reader = new BinaryReader(bytes);
  let key = "";
  let value = "";
  while (reader.pos < reader.len) {
    const [field, wire] = reader.tag();
    if (field === 1) key = reader.string();
    else if (field === 2) value = reader.string();
    else reader.skip(wire);
  }
  return [key, value];
}
