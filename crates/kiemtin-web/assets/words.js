// What the scripts say, in the language of the page: Vietnamese, or what a page in English brings along.

const english = JSON.parse(document.getElementById("english")?.content.textContent ?? "{}");

// In the text `{}` stands for the values, one after the other.
export const t = (text, ...values) => values.reduce((said, value) => said.replace("{}", () => value), english[text] ?? text);
