"""The pictures of the docs: of pages that there are, small, and in their true colours."""

from base64 import b64encode

from playwright.sync_api import Browser

from tests.browser.pages import PAGES
from tests.browser.pictures import COLOURS, DRAWN, smaller

SHADES = "".join(f'<p style="color: hsl({hue} 10% 40%)">Invented words in many shades</p>' for hue in range(0, 360, 5))
MARK = '<div style="background: #b50909; position: absolute; inset: 9px auto auto 9px; width: 3px; height: 3px"></div>'
LOOK = """async (picture) => {
  const image = new Image();
  image.src = `data:image/png;base64,${picture}`;
  await image.decode();
  const drawn = new OffscreenCanvas(image.width, image.height).getContext("2d");
  drawn.drawImage(image, 0, 0);
  const points = new Uint32Array(drawn.getImageData(0, 0, image.width, image.height).data.buffer);
  const mark = [...drawn.getImageData(10, 10, 1, 1).data];
  return { size: [image.width, image.height], colours: new Set(points).size, mark };
}"""


def test_every_picture_is_of_a_page_that_there_is() -> None:
    assert set(DRAWN) <= {line.name for line in PAGES}


def test_a_picture_of_few_colours_keeps_its_size_and_a_small_mark_its_colour(browser: Browser) -> None:
    page, desk = browser.new_page(viewport={"width": 400, "height": 300}), browser.new_page()
    page.set_content(SHADES + MARK)
    picture = page.screenshot()
    drawn = smaller(desk, picture)
    before, after = (desk.evaluate(LOOK, b64encode(one).decode()) for one in (picture, drawn))
    page.close()
    desk.close()
    assert before["colours"] > COLOURS >= after["colours"]
    assert after["size"] == before["size"] == [400, 300]
    assert after["mark"] == before["mark"] == [0xB5, 9, 9, 255]
    assert len(drawn) < len(picture)
