/** Frame of the sign-in and sign-up pages. */
import type { ComponentChildren } from "preact";
import { useTitle } from "../ui/page.tsx";
import { text as controls } from "../ui/controls_words.ts";
import { text } from "./entrance_words.ts";

interface EntranceProps {
  title: string;
  children: ComponentChildren;
  /** Link to the other page. */
  otherwise: ComponentChildren;
}

export function Entrance({ title, children, otherwise }: EntranceProps) {
  useTitle(title);
  return (
    <div class="narrow stack wide">
      <div class="stack tight">
        <span class="wordmark">
          <img src="/icon.svg" alt="" /> {controls.brand}
        </span>
        <h1>{title}</h1>
        <p class="muted">{text.promise}</p>
      </div>
      <div class="card stack">{children}</div>
      <p>{otherwise}</p>
    </div>
  );
}
