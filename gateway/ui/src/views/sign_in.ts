// The sign-in form.

import { faultOf } from "../api/fault";
import { Session } from "../api/session";
import { fill, h } from "../dom";
import { faultCard } from "../parts/fault_card";
import { words } from "../words";

/** The view; `done` gets the session once the password was right. */
export function signInView(done: (session: Session) => void): HTMLElement {
  const user = h("input", { attrs: { id: "user", name: "username", autocomplete: "username", required: "", autocapitalize: "none", spellcheck: "false" } });
  const password = h("input", { attrs: { id: "password", name: "password", type: "password", autocomplete: "current-password", required: "" } });
  const submit = h("button", { class: "primary", text: words.signIn, attrs: { type: "submit" } });
  const problem = h("div");
  user.value = "admin";
  const form = h(
    "form",
    {
      on: {
        submit: (event) => {
          event.preventDefault();
          void send();
        },
      },
    },
    h("label", { text: words.userName, attrs: { for: "user" } }),
    user,
    h("label", { text: words.password, attrs: { for: "password" } }),
    password,
    submit,
    problem,
    h("p", { class: "note", text: words.passwordHint }),
  );

  const send = async (): Promise<void> => {
    submit.disabled = true;
    submit.textContent = words.signingIn;
    fill(problem);
    try {
      done(await Session.signIn(user.value.trim(), password.value));
    } catch (thrown) {
      fill(problem, faultCard(faultOf(thrown)));
      password.select();
    } finally {
      submit.disabled = false;
      submit.textContent = words.signIn;
    }
  };

  queueMicrotask(() => password.focus());
  return h(
    "main",
    { class: "sign-in" },
    h("img", { attrs: { src: "/assets/icon.svg", alt: "", width: "48", height: "48" } }),
    h("h1", { text: words.product }),
    h("p", { class: "tagline", text: words.tagline }),
    form,
  );
}
