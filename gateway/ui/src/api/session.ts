// Who is signed in. Tokens live in this object's memory only: a reload signs out, and nothing is left in the browser.

import { Fault, faultOfResponse } from "./fault";

interface TokenAnswer {
  access_token: string;
  refresh_token?: string;
  expires_in: number;
}

/** Refresh this long before the access token expires, so that a call in flight does not lose it. */
const EARLY_MS = 30_000;

export class Session {
  #access = "";
  #refresh = "";
  #expires = 0;
  #refreshing: Promise<void> | undefined;

  private constructor(readonly user: string) {}

  /** Exchanges a password for tokens. */
  static async signIn(user: string, password: string): Promise<Session> {
    const session = new Session(user);
    session.#accept(await requestToken({ grant_type: "password", username: user, password }));
    return session;
  }

  /** The access token, renewed first when it is about to expire. */
  async token(): Promise<string> {
    if (Date.now() > this.#expires - EARLY_MS) await this.renew();
    return this.#access;
  }

  /** Exchanges the refresh token; callers at the same time share one exchange, because the token rotates. */
  renew(): Promise<void> {
    this.#refreshing ??= this.#exchange().finally(() => {
      this.#refreshing = undefined;
    });
    return this.#refreshing;
  }

  async #exchange(): Promise<void> {
    if (!this.#refresh) throw new Fault("SESSION_EXPIRED", "the session has expired", "Sign in again.", true);
    this.#accept(await requestToken({ grant_type: "refresh_token", refresh_token: this.#refresh }));
  }

  #accept(answer: TokenAnswer): void {
    this.#access = answer.access_token;
    this.#refresh = answer.refresh_token ?? this.#refresh;
    // A lifetime shorter than the early margin would renew on every call.
    this.#expires = Date.now() + Math.max(answer.expires_in * 1000, 2 * EARLY_MS);
  }
}

async function requestToken(form: Record<string, string>): Promise<TokenAnswer> {
  let response: Response;
  try {
    response = await fetch("/token", { method: "POST", body: new URLSearchParams(form) });
  } catch {
    throw new Fault("UNREACHABLE", "the gateway cannot be reached", "Is “resync up” still running?");
  }
  if (!response.ok) throw await faultOfResponse(response);
  return (await response.json()) as TokenAnswer;
}
