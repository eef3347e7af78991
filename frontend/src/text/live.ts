/** What a live widget says. */

export interface PromptWords {
  text: string;
  second: Record<"pair" | "target", string>;
  run: string;
  running: string;
  empty: string;
}

export interface LiveWords {
  /** The kernel takes its time. `drawn`: something is shown already. */
  slow(drawn: boolean): string;
  /** It has not answered for long, or its line is cut. */
  silent(drawn: boolean): string;
  /** It is no more. */
  gone(drawn: boolean): string;
  prompt: PromptWords;
}

export const LIVE_WORDS: Record<"en" | "ja", LiveWords> = {
  en: {
    slow: () => "Waiting for the kernel …",
    silent: (drawn) =>
      `The kernel does not answer: it is busy, or was restarted or shut down. ${
        drawn ? "What is shown is the last picture." : ""
      } If this stays, run the cell again.`.replace("  ", " "),
    gone: (drawn) =>
      `The kernel was restarted or shut down. ${
        drawn ? "What is shown is the last picture." : ""
      } To go on, run the cell again.`.replace("  ", " "),
    prompt: {
      text: "Text for the model to read",
      second: { pair: "Second text (may stay empty)", target: "Target text (may stay empty)" },
      run: "Show",
      running: "Reading …",
      empty: "Type a text first.",
    },
  },
  ja: {
    slow: () => "カーネルの応答を待っています…",
    silent: (drawn) =>
      `カーネルが応答しません。実行中か、再起動・停止されています。${
        drawn ? "表示は最後の図です。" : ""
      }続くようならセルを実行し直してください。`,
    gone: (drawn) =>
      `カーネルが再起動または停止されました。${
        drawn ? "表示は最後の図です。" : ""
      }続けるにはセルを実行し直してください。`,
    prompt: {
      text: "モデルに読ませる文",
      second: { pair: "二つめの文（なくてもよい）", target: "出力側の文（なくてもよい）" },
      run: "表示",
      running: "解析中…",
      empty: "文を入力してください。",
    },
  },
};
