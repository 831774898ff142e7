package demo.library

import scala.collection.mutable.{Map => MutableMap}
import scala.util.Try

/** What can be lent. */
sealed trait Medium {
  def title: String
  def days(kind: String): Int
}

case class Book(title: String, pages: Int) extends Medium {
  override def days(kind: String): Int = if (kind == "short" || pages < 100) 7 else 28
}

enum Shelf {
  case Top, Middle
  case Box(size: Int)
}

object Library {
  /** Highest fee. */
  val MaxFee = 100
  type Member = String

  def fee(days: Int, member: Option[Member]): Int = {
    if (days < 0)
      throw new IllegalArgumentException(s"days: ${format(days)} // not a comment")
    else if (days == 0 && member.isEmpty)
      0
    else if (days > 30) {
      MaxFee
    } else
      days * 2
  }

  private def format(n: Int): String = "/* text */ " + n

  /* Names a medium. */
  def describe(thing: Any): String = thing match {
    case Book(title, pages) if pages > 500 && title.nonEmpty || title == "x" => "thick"
    case _: Book => "book"
    case n: Int =>
      n match {
        case 1 | 2 => "few"
        case _ => "many"
      }
    case _ => "thing"
  }

  protected[library] def lend(titles: Seq[String])(implicit days: Int, strict: Boolean): Int = {
    var lent = 0
    for {
      title <- titles
      if title.nonEmpty
      word <- title.split(' ')
      upper = word.toUpperCase
    } {
      try {
        if (upper == "STOP") return lent
        lent += fee(days, Some(word))
      } catch {
        case e: NumberFormatException => lent -= 1
        case e: IllegalArgumentException if strict =>
          if (lent > 0) throw e
      } finally {
        println(lent)
      }
    }
    while (lent > MaxFee) {
      lent /= 2
      do { lent -= 1 } while (lent > 50)
    }
    lent
  }

  def count(shelves: List[Shelf]): Int = {
    def boxes(rest: List[Shelf]): Int = rest match {
      case Nil => 0
      case Shelf.Box(_) :: tail => 1 + boxes(tail)
      case _ :: tail => boxes(tail)
    }
    val sizes = shelves.collect {
      case Shelf.Box(size) if size > 0 => size
      case Shelf.Top => 1
    }
    val names = shelves.map { shelf =>
      if (sizes.contains(1)) shelf.toString else "none"
    }
    val pairs = sizes.zip(names).map { case (size, name) => s"$name:$size" }
    boxes(shelves) + pairs.length + sizes.sum
  }

  def depth(n: Int): Int =
    if (n <= 0) 0
    else 1 + this.depth(n - 1)

  @deprecated("use fee", "1.0")
  def safe(text: String): Int =
    Try(text.toInt).toOption.filter(_ > 0).getOrElse(0)
}

class Counter(private var value: Int = 0) {
  def this(text: String) = {
    this(text.length)
    if (text.isEmpty) value = 1
  }

  def +(other: Counter): Counter = new Counter(value + other.read)

  private[this] def read: Int = value
}

package object extras {
  implicit class Loud(val text: String) extends AnyVal {
    def shout(times: Int = 1): String = (1 to times).map(_ => text.toUpperCase).mkString("!")
  }
}

extension (text: String)
  def initials: String =
    for word <- text.split(' ') yield word.head
    if text.isEmpty then "-"
    else text
