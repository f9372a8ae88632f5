import { type Format, render } from "../render/render.js";
import { deriveWorksheet } from "../session/derive.js";
import { type Command, type Options, statusOf } from "./command.js";
import { deriveText } from "./derive-text.js";

export const derive: Command = {
  run: async (file, text, options) => {
    const report = deriveWorksheet(file, text, derivable(options));
    const { json } = report;
    const { to } = options;
    return {
      json,
      text: (paint) => (to === undefined ? deriveText(report, paint) : render(report, to as Format)),
      diagnostics: json.diagnostics,
      status: statusOf(json.diagnostics),
    };
  },
  unusable: (file, diagnostics) => ({
    schema: "backproof/derive/1",
    file,
    loss: null,
    symbols: [],
    gradients: [],
    diagnostics,
  }),
};

const derivable = ({ wrt, seed }: Options) => ({
  ...(wrt === undefined ? {} : { wrt }),
  ...(seed === undefined ? {} : { seed }),
});
