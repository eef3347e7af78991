/** The words of the neuron view. */

export interface NeuronWords {
  query: string;
  queryBefore: string;
  queryNext: string;
  order: string;
  orders: Record<"index" | "contribution", string>;
  keys: string;
  /** Beside the choice of keys, when it leaves some out. */
  carried(rows: number, of: string, share: string): string;
  /** The two choices of rows. */
  rows: Record<"all" | "strongest", string>;
  /** Headings of the columns; the sign before each is the same in every language. */
  heading: Record<"k" | "product" | "sum" | "bias" | "softmax", string>;
  spread: string;
  neuron(index: number): string;
  /** Spoken of the drawing. */
  drawing(layer: number, head: number, token: string): string;
  table: {
    caption(token: string, layer: number, head: number): string;
    columns: {
      key: string;
      sum: string;
      scaled: string;
      capped: string;
      bias: string;
      weight: string;
    };
    /** Under a table that leaves weak keys out. */
    shortened(rows: number, of: number): string;
  };
  status: {
    adds: string;
    noBias: string;
    /** What a position bias depends on, by the form it is kept in. */
    bias: Record<"relative" | "perKey" | "dense", string>;
    rotary: string;
    /** `heads` are the numbers of the query heads that use the key head. */
    grouped(keyHead: number, heads: string): string;
    sink(share: string): string;
    masked(count: string): string;
    scales: string;
  };
  loading(layer: number): string;
  noVectors: string;
  /** Of a layer that the file does not hold whole; `complete` are those that it does. */
  incomplete(layer: number, complete: readonly number[]): string;
}

export const NEURON_WORDS: Record<"en" | "ja", NeuronWords> = {
  en: {
    query: "Query",
    queryBefore: "Token before",
    queryNext: "Next token",
    order: "Neurons",
    orders: { index: "By index", contribution: "By contribution" },
    keys: "Keys",
    carried: (rows, of, share) => `${rows} of ${of} keys carry ${share}`,
    rows: { all: "All keys", strongest: "Strongest" },
    heading: {
      k: "key vectors",
      product: "product, neuron by neuron",
      sum: "sum",
      bias: "bias",
      softmax: "weight",
    },
    spread: "spread over keys",
    neuron: (index) => `neuron ${index}`,
    drawing: (layer, head, token) =>
      `Layer ${layer}, head ${head}: how ${token} comes to its weights. Arrow up and down move over the keys, left and right change the query.`,
    table: {
      caption: (token, layer, head) =>
        `From q of ${token} to its weights, layer ${layer}, head ${head}`,
      columns: {
        key: "key",
        sum: "sum of q × k",
        scaled: "scaled",
        capped: "after softcap",
        bias: "bias",
        weight: "weight",
      },
      shortened: (rows, of) => `The ${rows} strongest of ${of} keys.`,
    },
    status: {
      adds: "Every step adds up to the next; the last column is the model's own weight",
      noBias: "neither mask nor position bias is added to the scores",
      bias: {
        relative:
          "a bias for the distance from query to key is added to the scores (relative position)",
        perKey: "a bias for the position of the key is added to the scores (ALiBi)",
        dense: "a bias of its own for each pair of query and key is added to the scores",
      },
      rotary: "q and k are those after rotary position embedding",
      grouped: (keyHead, heads) => `query heads ${heads} share key head ${keyHead}`,
      sink: (share) => `a sink without a key takes ${share}`,
      masked: (count) => `${count} keys are masked for this query`,
      scales: "q and k share one colour scale",
    },
    loading: (layer) => `layer ${layer} …`,
    noVectors:
      "This trace holds attention weights only, without the queries and keys that this view takes apart; the head view and the model view show them.",
    incomplete: (layer, complete) =>
      `This file has no room for the queries and keys of layer ${layer}, only for its strongest weights. Save the view again with layers=[${layer}] or a larger budget=${
        complete.length === 0 ? "" : `, or go to ${complete.join(", ")}`
      }.`,
  },
  ja: {
    query: "クエリ",
    queryBefore: "前のトークン",
    queryNext: "次のトークン",
    order: "ニューロン",
    orders: { index: "番号順", contribution: "寄与順" },
    keys: "キー",
    carried: (rows, of, share) => `${of} キー中 ${rows} 件で ${share}`,
    rows: { all: "全キー", strongest: "上位のみ" },
    heading: { k: "キーのベクトル", product: "積", sum: "和", bias: "バイアス", softmax: "重み" },
    spread: "寄与の大きさ",
    neuron: (index) => `ニューロン ${index}`,
    drawing: (layer, head, token) =>
      `層 ${layer}・ヘッド ${head}：「${token}」の重みの計算過程。上下の矢印キーでキー、左右でクエリを移動`,
    table: {
      caption: (token, layer, head) => `「${token}」の q から重みまで、層 ${layer}・ヘッド ${head}`,
      columns: {
        key: "キー",
        sum: "q × k の和",
        scaled: "スケール後",
        capped: "ソフトキャップ後",
        bias: "バイアス",
        weight: "重み",
      },
      shortened: (rows, of) => `${of} キー中、上位 ${rows} 件`,
    },
    status: {
      adds: "各段の値が次の段になり、最後の列はモデル自身の重みに一致",
      noBias: "スコアにはマスクも位置バイアスも加えられない",
      bias: {
        relative: "スコアには、クエリからキーまでの距離によるバイアス（相対位置）が加わる",
        perKey: "スコアには、キーの位置によるバイアス（ALiBi）が加わる",
        dense: "スコアには、クエリとキーの組ごとのバイアスが加わる",
      },
      rotary: "q と k は回転位置埋め込み（RoPE）を施した後の値",
      grouped: (keyHead, heads) => `クエリヘッド ${heads} はキーヘッド ${keyHead} を共有`,
      sink: (share) => `キーを持たないシンクが ${share} を受け取る`,
      masked: (count) => `このクエリでは ${count} 個のキーがマスクされている`,
      scales: "q と k は同じ色尺度",
    },
    loading: (layer) => `層 ${layer} …`,
    noVectors:
      "このデータは注意の重みのみで、この表示が分解するクエリとキーを含みません。ヘッドビューとモデルビューで見られます。",
    incomplete: (layer, complete) =>
      `このファイルには層 ${layer} のクエリとキーを収める余裕がなく、強い重みだけがあります。layers=[${layer}] を指定するか budget= を大きくして保存し直してください${
        complete.length === 0 ? "" : `（層 ${complete.join("、")} は見られます）`
      }。`,
  },
};
