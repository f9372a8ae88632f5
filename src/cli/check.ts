import { type CheckFormat, checkFormats } from "../render/check/formats.js";
import { type CheckJson, checkWorksheet } from "../session/check.js";
import { checkText } from "./check-text.js";
import { type Command, type Status, statusOf } from "./command.js";
import { linesOf } from "./diagnostics.js";

export const check: Command = {
  run: async (file, text, { against, seed }) => {
    const json = checkWorksheet(file, text, {
      ...(against === undefined ? {} : { against }),
      ...(seed === undefined ? {} : { seed }),
    });
    const { wrong, unreadable, undecided } = json.summary;
    const unsettled: Status = unreadable + undecided > 0 ? 2 : statusOf(json.diagnostics);
    return {
      json,
      text: (paint) => checkText(json, linesOf(text), paint),
      diagnostics: json.diagnostics,
      status: wrong > 0 ? 1 : unsettled,
    };
  },
  // The files are what `run` and `unusable` give, and no other format is let through.
  document: async (files, to) => checkFormats[to as CheckFormat](files as readonly CheckJson[]),
  unusable: (file, diagnostics) => ({
    schema: "backproof/check/1",
    file,
    claims: [],
    summary: { claims: 0, right: 0, wrong: 0, unreadable: 0, undecided: 0 },
    diagnostics,
  }),
};
