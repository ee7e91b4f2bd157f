"""A WebSocket, MessagePack and the frames of src/wire/README.md, with the standard library alone."""
import base64
import os
import socket
import struct
import urllib.parse
import zlib


class Connection:
    def __init__(self, url):
        parts = urllib.parse.urlsplit(url)
        self.socket = socket.create_connection((parts.hostname, parts.port), timeout=20)
        key = base64.b64encode(os.urandom(16)).decode()
        path = (parts.path or '/') + ('?' + parts.query if parts.query else '')
        self.socket.sendall(
            f'GET {path} HTTP/1.1\r\nHost: {parts.netloc}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n'
            f'Sec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n\r\n'.encode())
        head = b''
        while not head.endswith(b'\r\n\r\n'):
            head += self.read(1)
        if b' 101 ' not in head.split(b'\r\n')[0]:
            raise RuntimeError(head.decode())

    def read(self, count):
        data = b''
        while len(data) < count:
            part = self.socket.recv(count - len(data))
            if not part:
                raise EOFError('the server closed the connection')
            data += part
        return data

    def send(self, payload, opcode=2):
        size = len(payload)
        head = bytes([0x80 | opcode]) + (bytes([0x80 | size]) if size < 126 else b'\xfe' + struct.pack('>H', size))
        mask = os.urandom(4)
        self.socket.sendall(head + mask + bytes(b ^ mask[i % 4] for i, b in enumerate(payload)))

    def receive(self):
        """Returns the next binary message; pings are answered meanwhile."""
        message = b''
        while True:
            first, size = self.read(2)
            if size == 126:
                size, = struct.unpack('>H', self.read(2))
            elif size == 127:
                size, = struct.unpack('>Q', self.read(8))
            payload = self.read(size)
            opcode = first & 15
            if opcode == 9:
                self.send(payload, 10)
            elif opcode == 8:
                raise EOFError(f'closed with {payload!r}')
            elif opcode in (0, 2):
                message += payload
                if first & 0x80:
                    return message


def pack(value):
    """Short maps, texts and small numbers are all that a hello needs."""
    if isinstance(value, dict):
        return bytes([0x80 | len(value)]) + b''.join(pack(k) + pack(v) for k, v in value.items())
    if isinstance(value, str):
        return bytes([0xa0 | len(value.encode())]) + value.encode()
    return bytes([value])


def unpack(data):
    at = 0

    def take(count):
        nonlocal at
        at += count
        return data[at - count:at]

    def number(code):
        return struct.unpack('>' + code, take(struct.calcsize(code)))[0]

    def read():
        tag = take(1)[0]
        if tag < 0x80:
            return tag
        if tag < 0x90:
            return mapping(tag & 15)
        if tag < 0xa0:
            return [read() for _ in range(tag & 15)]
        if tag < 0xc0:
            return take(tag & 31).decode()
        if tag >= 0xe0:
            return tag - 256
        if tag in (0xc0, 0xc2, 0xc3):
            return {0xc0: None, 0xc2: False, 0xc3: True}[tag]
        if 0xca <= tag <= 0xd3:
            return number('fdBHIQbhiq'[tag - 0xca])
        if 0xd9 <= tag <= 0xdb:
            return take(number('BHI'[tag - 0xd9])).decode()
        if tag in (0xdc, 0xdd):
            return [read() for _ in range(number('HI'[tag - 0xdc]))]
        if tag in (0xde, 0xdf):
            return mapping(number('HI'[tag - 0xde]))
        raise ValueError(f'MessagePack tag {tag:#x}')

    def mapping(count):
        return {read(): read() for _ in range(count)}

    return read()


def decode_frame(data, welcome):
    """Returns step, θ, statistics, vocabularies and memories."""
    if data[:4] != b'\x52\x78\x67\x01':
        raise ValueError('this is not a frame')
    version, kind, count, step, length, epoch, layout, check, zero = struct.unpack('<BBHQQIIII', data[4:40])
    fits = (version, kind, length, zero, epoch) == (1, 1, len(data), 0, welcome['epoch'])
    if not fits or layout != zlib.crc32(welcome['description']['hash'].encode()):
        raise ValueError('the frame is not one of this model')
    if check != zlib.crc32(data[36:], zlib.crc32(data[:32])):
        raise ValueError('the checksum differs')
    regions = {}
    for i in range(count):
        region, element, codec, first, elements, offset, size = struct.unpack('<BBB5xQQQQ', data[40 + 40 * i:80 + 40 * i])
        body = data[offset:offset + size]
        if element == 3:
            regions[region] = names(body, elements)
        else:
            regions[region] = list(struct.unpack(f'<{elements}{"fd"[element - 1]}', body))
    memories = []
    at = 2 * len(regions.get(4, []))
    for i, keys in enumerate(regions.get(4, [])):
        size = int(regions[5][2 * i])
        memories.append((keys, regions[5][at:at + size]))
        at += size
    return step, regions[1], regions[2], regions[3], memories


def names(data, lists):
    at = 0

    def take(code):
        nonlocal at
        value, = struct.unpack_from('<' + code, data, at)
        at += struct.calcsize(code)
        return value

    def name():
        tag = take('B')
        if tag > 2:
            return tag == 4
        if tag == 2:
            return take('d')
        return take(f'{take("I")}s').decode('utf-16-le' if tag else 'utf-8', 'surrogatepass')

    return [[name() for _ in range(take('I'))] for _ in range(lists)]
