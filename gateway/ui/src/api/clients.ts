// The typed clients of the page: grpc-web on the page's own origin, with the session's token on every call.

import { type Client, Code, ConnectError, createClient, type Interceptor } from "@connectrpc/connect";
import { createGrpcWebTransport } from "@connectrpc/connect-web";
import { AgentService } from "../gen/resync/agent/v1/agent_service_pb";
import { TwsService } from "../gen/resync/tws/v1/tws_service_pb";
import type { Session } from "./session";

export interface Clients {
  readonly agent: Client<typeof AgentService>;
  readonly plan: Client<typeof TwsService>;
}

/** Clients that act as the session's user. */
export function clientsFor(session: Session): Clients {
  const transport = createGrpcWebTransport({
    baseUrl: location.origin,
    interceptors: [authorised(session)],
  });
  return { agent: createClient(AgentService, transport), plan: createClient(TwsService, transport) };
}

/** Sends the token; when it is refused once (revoked, clock skew), renews it and tries again. */
function authorised(session: Session): Interceptor {
  return (next) => async (request) => {
    request.header.set("authorization", `Bearer ${await session.token()}`);
    try {
      return await next(request);
    } catch (thrown) {
      if (request.stream || ConnectError.from(thrown).code !== Code.Unauthenticated) throw thrown;
      await session.renew();
      request.header.set("authorization", `Bearer ${await session.token()}`);
      return next(request);
    }
  };
}
