package local

import (
	"bytes"
	"io"
	"sync"
)

// streams joins the buffers of one stream and, where it is to be shown, the log.
func streams(shown bool, log *lines, own *bytes.Buffer, both *guarded) io.Writer {
	if shown {
		return io.MultiWriter(own, both, log)
	}
	return io.MultiWriter(own, both)
}

// guarded is a buffer for stdout and stderr together, which two goroutines copy into.
type guarded struct {
	lock   sync.Mutex
	buffer bytes.Buffer
}

func (g *guarded) Write(p []byte) (int, error) {
	g.lock.Lock()
	defer g.lock.Unlock()
	return g.buffer.Write(p)
}

// lines hands whole lines to a log as they come, so that a long command shows its progress.
type lines struct {
	lock   sync.Mutex
	rest   bytes.Buffer
	report func(line string)
}

func (l *lines) Write(p []byte) (int, error) {
	l.lock.Lock()
	defer l.lock.Unlock()
	l.rest.Write(p)
	for {
		end := bytes.IndexByte(l.rest.Bytes(), '\n')
		if end < 0 {
			return len(p), nil
		}
		l.report(string(l.rest.Next(end + 1)[:end]))
	}
}

// flush reports a last line that had no end.
func (l *lines) flush() {
	l.lock.Lock()
	defer l.lock.Unlock()
	if l.rest.Len() > 0 {
		l.report(l.rest.String())
		l.rest.Reset()
	}
}
