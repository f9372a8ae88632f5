/** Characters that stand for a command or for letters. */
export const unicodeCommands: ReadonlyMap<string, string> = new Map([
  ..."αβγδεζηθικλμνξπρσςτυφχψω".split("").map((letter, i): [string, string] => [letter, greek(i)]),
  ..."ΓΔΘΛΞΠΣΥΦΨΩ"
    .split("")
    .map((letter, i): [string, string] => [
      letter,
      `\\${"Gamma Delta Theta Lambda Xi Pi Sigma Upsilon Phi Psi Omega".split(" ")[i]}`,
    ]),
  ...String.raw`∂ \partial|∇ \nabla|⊙ \odot|∘ \circ|· \cdot|⋅ \cdot|× \times|⊗ \otimes|⊘ \oslash|÷ \div|• \bullet|∗ *|⊤ \top|⊥ \bot
− -|– -|— -|‐ -|‑ -|∑ \sum|∏ \prod|∫ \int|≤ \le|≥ \ge|⩽ \le|⩾ \ge|≠ \ne|≈ \approx|∝ \propto|∼ \sim|≡ \equiv|≔ :=|≜ :=|∈ \in
∉ \notin|⊂ \subset|⊆ \subset|→ \to|⟶ \to|← \gets|⇒ \Rightarrow|⟹ \Rightarrow|⇐ \Leftarrow|⇔ \iff|⟺ \iff|↦ \mapsto|∞ \infty|∀ \forall
∃ \exists|… \dots|⋯ \cdots|⋮ \vdots|⋱ \ddots|′ '|’ '|″ ''|ℓ \ell|𝟙 \mathbb{1}|𝟏 \mathbf{1}|ℝ \mathbb{R}|ℕ \mathbb{N}|ℤ \mathbb{Z}|ℂ \mathbb{C}|𝔼 \mathbb{E}
ℒ \mathcal{L}|𝓛 \mathcal{L}|‖ \Vert|∥ \Vert|∣ \mid|⟨ \langle|⟩ \rangle|⌊ \lfloor|⌋ \rfloor|⌈ \lceil|⌉ \rceil|∅ \emptyset|ϵ \epsilon|ϕ \phi
ϑ \vartheta|∪ \cup|∩ \cap|± \pm|∧ \wedge|∨ \vee|√ \sqrt|⟵ \gets|≪ \ll|≫ \gg|µ \mu|★ \star|⋆ \star|⊕ \oplus|ı \imath
½ \frac12|⅓ \frac13|⅔ \frac23|¼ \frac14|¾ \frac34`
    .split(/[|\n]/)
    .map((pair): [string, string] => {
      const [character = "", command = ""] = pair.split(" ");
      return [character, command];
    }),
]);

function greek(i: number): string {
  const names =
    "alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi pi rho sigma varsigma tau upsilon phi chi psi omega";
  return `\\${names.split(" ")[i]}`;
}

export interface ScriptCharacter {
  readonly mark: "^" | "_";
  readonly kind: "number" | "letters" | "char" | "command";
  readonly text: string;
}

const script = (mark: "^" | "_", text: string): ScriptCharacter => ({
  mark,
  text,
  kind: /\d/.test(text) ? "number" : /^[A-Za-z]$/.test(text) ? "letters" : text.startsWith("\\") ? "command" : "char",
});

/** Superscript and subscript characters. */
export const unicodeScripts: ReadonlyMap<string, ScriptCharacter> = new Map([
  ...pairs("⁰0 ¹1 ²2 ³3 ⁴4 ⁵5 ⁶6 ⁷7 ⁸8 ⁹9 ⁺+ ⁻- ⁽( ⁾) ᵀT ᵗt ⁿn ⁱi ʲj ᵏk ˡl ᵐm ᴸL ᴺN ᴴH", "^"),
  ...pairs("₀0 ₁1 ₂2 ₃3 ₄4 ₅5 ₆6 ₇7 ₈8 ₉9 ₊+ ₋- ₍( ₎) ₐa ₑe ₕh ᵢi ⱼj ₖk ₗl ₘm ₙn ₒo ₚp ᵣr ₛs ₜt ᵤu ᵥv ₓx", "_"),
]);

function pairs(text: string, mark: "^" | "_"): [string, ScriptCharacter][] {
  return text.split(" ").map((pair) => [pair.slice(0, 1), script(mark, pair.slice(1))]);
}
