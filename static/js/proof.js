// The small task that a browser does before a code goes out by SMS: it looks for the number
// that has the key of the puzzle. Whoever asks for thousands of codes pays for each.

const bytes = hex => Uint8Array.from(hex.match(/../g), byte => parseInt(byte, 16));
const hex = bytes => Array.from(bytes, byte => byte.toString(16).padStart(2, "0")).join("");

export async function solved(address) {
  const challenge = await (await fetch(address)).json();
  const { nonce, salt, cost, keyLength, keyPrefix } = challenge.parameters;
  const tried = new Uint8Array([...bytes(nonce), 0, 0, 0, 0]);
  const way = { name: "PBKDF2", hash: "SHA-256", salt: bytes(salt), iterations: cost };
  for (let counter = 0; ; counter++) {
    new DataView(tried.buffer).setUint32(tried.length - 4, counter);
    const key = await crypto.subtle.importKey("raw", tried, "PBKDF2", false, ["deriveBits"]);
    const derivedKey = hex(new Uint8Array(await crypto.subtle.deriveBits(way, key, 8 * keyLength)));
    if (!derivedKey.startsWith(keyPrefix)) continue;
    return btoa(JSON.stringify({ challenge, solution: { counter, derivedKey } }));
  }
}
