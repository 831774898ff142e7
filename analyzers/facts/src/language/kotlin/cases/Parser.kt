package demo.parser

import java.io.File
import kotlin.math.max as larger

/** Longest line that is read. */
const val MAX_LINE = 120

typealias Handler = (String) -> Boolean

/** A token. */
sealed class Token {
    data class Word(val text: String) : Token()
    data class Number(val value: Int) : Token()
    object End : Token()
}

enum class Mode { STRICT, LENIENT }

interface Source {
    val name: String
    fun next(): String?
    fun rest(): List<String> {
        val lines = mutableListOf<String>()
        while (true) {
            lines += next() ?: break
        }
        return lines
    }
}

/**
 * Reads tokens.
 */
class Parser(private val source: Source, val mode: Mode = Mode.STRICT) {
    private var line = 0

    init {
        require(source.name.isNotEmpty()) { "a name like \"// this\" is needed" }
    }

    constructor(file: File) : this(fileSource(file)) {
        if (!file.exists()) throw IllegalArgumentException("no ${file.name.lowercase()}")
    }

    val strict: Boolean
        get() = mode == Mode.STRICT && line >= 0

    var position: Int = 0
        get() {
            return if (field < 0) 0 else field
        }
        private set(value) {
            field = larger(value, 0)
        }

    /* Sorts a text into
       its kind of token. */
    fun classify(text: String?): Token = when {
        text == null -> Token.End
        text.isEmpty() || text.isBlank() && !strict -> Token.End
        text.all { it.isDigit() } -> Token.Number(text.toInt())
        else -> Token.Word(text)
    }

    internal fun describe(token: Token): String {
        val label = when (token) {
            is Token.Word -> "word ${token.text}"
            is Token.Number -> if (token.value > 9) "big" else "digit"
            Token.End -> "end"
        }
        return label
    }

    fun parse(lines: List<String>, handler: Handler?): Int {
        var count = 0
        outer@ for ((index, text) in lines.withIndex()) {
            try {
                for (word in text.split(' ')) {
                    if (word == "#") {
                        continue@outer
                    } else if (word == "!" || word == "?") {
                        break@outer
                    } else if (index > MAX_LINE) {
                        break
                    } else {
                        count++
                    }
                    if (handler != null && handler(word) && strict || mode == Mode.LENIENT) {
                        return count
                    }
                }
            } catch (e: NumberFormatException) {
                line = index
            } catch (e: IllegalStateException) {
                throw RuntimeException("""line $index // ${describe(classify(text))}""", e)
            } finally {
                position = index
            }
        }
        return count
    }

    protected open fun depth(text: String, level: Int): Int {
        fun opens(c: Char): Boolean = c == '(' || c == '{'
        val open = text.count { c ->
            if (opens(c)) true else c == '['
        }
        do {
            line++
        } while (line < level)
        return if (open > 0) depth(text.drop(1), level + 1) else level
    }

    companion object {
        const val VERSION = "1"
        fun fileSource(file: File): Source = object : Source {
            private val lines = file.readLines().iterator()
            override val name = file.name
            override fun next(): String? = if (lines.hasNext()) lines.next() else null
        }
    }
}

private fun String?.orDash(default: String = "-", vararg more: String): String {
    val first = this?.trim() ?: more.firstOrNull() ?: default
    return first.ifEmpty { default }
}

fun each(items: List<Int>) {
    items.forEach(fun(item: Int) {
        if (item == 0) return
        listOf(item).forEach { if (it > 1) return@forEach }
        println(item)
    })
}
