/** One choice out of a few, side by side in a tray. */

import { el, setAttributes } from "./dom";

export interface Option<Value extends string> {
  value: Value;
  label: string | Node;
  /** Said in the title: what the option is. */
  title?: string;
  /** What is read out, where the label is shortened. */
  name?: string;
  /** Language of the label, where it is not the page's. */
  lang?: string | null;
}

export interface Segmented<Value extends string> {
  element: HTMLElement;
  select(value: Value): void;
  /** Switches an option, or all of them, off with the reason why, or on again (null). */
  disable(reason: string | null, value?: Value): void;
}

export function segmented<Value extends string>(
  label: string,
  options: readonly Option<Value>[],
  choose: (value: Value) => void,
): Segmented<Value> {
  const buttons = options.map((option) => {
    const button = el(
      "button",
      {
        type: "button",
        role: "radio",
        class: "segment",
        title: option.title ?? null,
        "aria-label":
          option.name ?? (typeof option.label === "string" ? null : (option.title ?? null)),
        "data-value": option.value,
        lang: option.lang ?? null,
      },
      option.label,
    );
    // Not `disabled`: the pointer shall still find the reason in the title.
    button.addEventListener("click", () => {
      if (button.ariaDisabled !== "true") choose(option.value);
    });
    return button;
  });
  const element = el(
    "div",
    { class: "segmented", role: "radiogroup", "aria-label": label },
    ...buttons,
  );
  // Arrow keys belong to the group while it has the focus, as in any group of radio buttons.
  element.addEventListener("keydown", (event) => {
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (step === undefined) return;
    const at = buttons.indexOf(document.activeElement as HTMLButtonElement);
    const open = buttons.filter((button, i) => i === at || button.ariaDisabled !== "true");
    const next =
      open[(open.indexOf(buttons[at] as HTMLButtonElement) + step + open.length) % open.length];
    next?.focus();
    next?.click();
    event.preventDefault();
    event.stopPropagation();
  });
  return {
    element,
    select(value) {
      for (const [i, option] of options.entries()) {
        const on = option.value === value;
        buttons[i]?.setAttribute("aria-checked", String(on));
        buttons[i]?.setAttribute("tabindex", on ? "0" : "-1");
      }
    },
    disable(reason, value) {
      for (const [i, option] of options.entries()) {
        if (value !== undefined && option.value !== value) continue;
        setAttributes(buttons[i] as HTMLButtonElement, {
          "aria-disabled": reason === null ? null : "true",
          title: reason ?? option.title ?? null,
        });
      }
    },
  };
}
