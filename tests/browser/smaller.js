// A picture of a page as a PNG of few colours, and for each other the nearest of those. By commonness alone a small red
// sign would turn grey: the next to be chosen is the one that most points would miss by most.
async ([picture, most]) => {
  const image = new Image();
  image.src = `data:image/png;base64,${picture}`;
  await image.decode();
  const { width, height } = image;
  const drawn = new OffscreenCanvas(width, height).getContext("2d");
  drawn.drawImage(image, 0, 0);
  const points = new Uint32Array(drawn.getImageData(0, 0, width, height).data.buffer);

  const counts = new Map();
  for (const point of points) counts.set(point, (counts.get(point) ?? 0) + 1);
  const parts = (colour) => [colour & 255, (colour >> 8) & 255, (colour >> 16) & 255];
  const apart = (one, other) => one.reduce((sum, part, place) => sum + (part - other[place]) ** 2, 0);
  const colours = [...counts].map(([colour, count]) =>
    ({ colour, count, parts: parts(colour), missed: Infinity, place: 0 }));
  const palette = [];
  while (palette.length < Math.min(most, colours.length)) {
    const loss = (one) => one.count * one.missed;
    const chosen = colours.reduce((one, other) => (loss(one) < loss(other) ? other : one)).parts;
    for (const each of colours) {
      const missed = apart(each.parts, chosen);
      if (missed < each.missed) Object.assign(each, { missed, place: palette.length });
    }
    palette.push(chosen);
  }
  const places = new Map(colours.map(({ colour, place }) => [colour, place]));

  // Each row begins with the number of its filter: 0, none.
  const rows = new Uint8Array((width + 1) * height);
  for (let y = 0, from = 0, to = 0; y < height; y++) {
    to++;
    for (let x = 0; x < width; x++) rows[to++] = places.get(points[from++]);
  }
  const squeezed = new Blob([rows]).stream().pipeThrough(new CompressionStream("deflate"));
  const data = new Uint8Array(await new Response(squeezed).arrayBuffer());

  const sum = (bytes) => {
    let left = ~0;
    for (const byte of bytes) {
      left ^= byte;
      for (let bit = 0; bit < 8; bit++) left = (left >>> 1) ^ (left & 1 ? 0xedb88320 : 0);
    }
    return ~left >>> 0;
  };
  const number = (value) => [value >>> 24, (value >>> 16) & 255, (value >>> 8) & 255, value & 255];
  const chunk = (name, bytes) => {
    const body = [...new TextEncoder().encode(name), ...bytes];
    return [...number(bytes.length), ...body, ...number(sum(body))];
  };
  const [DEPTH, OF_A_PALETTE] = [8, 3];
  const png = [137, 80, 78, 71, 13, 10, 26, 10].concat(
    chunk("IHDR", [...number(width), ...number(height), DEPTH, OF_A_PALETTE, 0, 0, 0]),
    chunk("PLTE", palette.flat()), chunk("IDAT", data), chunk("IEND", []));
  return new Uint8Array(png).toBase64();
}
