// Starts the page: the sign-in form first, then the console. `/?q=…` asks at once after signing in.

import { fill, h } from "./dom";
import { faultCard } from "./parts/fault_card";
import { Console } from "./views/console";
import { signInView } from "./views/sign_in";
import { locale, words } from "./words";

const root = document.querySelector("#app") ?? document.body;
const asked = new URLSearchParams(location.search).get("q") ?? "";
document.documentElement.lang = locale;
document.title = words.product;

function signIn(...notice: HTMLElement[]): void {
  fill(
    root,
    signInView((session) => {
      const view = new Console(session, (fault) => signIn(...(fault ? [h("div", { class: "notice" }, faultCard(fault))] : [])));
      history.replaceState(null, "", asked ? `/?q=${encodeURIComponent(asked)}` : "/");
      fill(root, view.element);
      view.start(asked);
    }),
    ...notice,
  );
}

signIn();
